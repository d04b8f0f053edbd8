using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CsCheck;

namespace KsmTools.Tests.Support;

/// <summary>
/// Properties over what CsCheck generates: the same cases in every ordinary run, others when a long run is asked for. CsCheck's own Sample
/// takes a seed for its first case alone, and takes the others from the clock, on as many threads as there are processors.
/// </summary>
internal static class Property
{
    /// <summary>Seconds for every property, spent on cases of a new seed.</summary>
    public const string LongRun = "KSMTOOLS_LONG";

    /// <summary>The seed of the only case to try.</summary>
    public const string OneCase = "KSMTOOLS_SEED";

    private const int Stream = 1;
    private const ulong Seed = 20_000;

    /// <summary>Says that something holds for whatever is generated; of the cases for which it does not hold, the smallest is shown.</summary>
    /// <param name="gen">Makes the cases.</param>
    /// <param name="property">Throws where it does not hold.</param>
    /// <param name="cases">How many there are in an ordinary run.</param>
    public static void ForAll<T>(this Gen<T> gen, Action<T> property, int cases = 100)
    {
        if (Environment.GetEnvironmentVariable(OneCase) is { Length: > 0 } seed)
        {
            Try(gen, property, PCG.Parse(seed), tried => tried == 0);
        }
        else if (Environment.GetEnvironmentVariable(LongRun) is { Length: > 0 } seconds)
        {
            long start = Stopwatch.GetTimestamp();
            var limit = TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture));
            Try(gen, property, NewRandom(), _ => Stopwatch.GetElapsedTime(start) < limit);
        }
        else
        {
            Try(gen, property, new PCG(Stream, Seed), tried => tried < cases);
        }
    }

    /// <inheritdoc cref="ForAll{T}(Gen{T}, Action{T}, int)"/>
    public static void ForAll<T1, T2, T3>(this Gen<(T1, T2, T3)> gen, Action<T1, T2, T3> property, int cases = 100) =>
        gen.ForAll(one => property(one.Item1, one.Item2, one.Item3), cases);

    /// <inheritdoc cref="ForAll{T}(Gen{T}, Action{T}, int)"/>
    public static void ForAll<T1, T2, T3, T4>(this Gen<(T1, T2, T3, T4)> gen, Action<T1, T2, T3, T4> property, int cases = 100) =>
        gen.ForAll(one => property(one.Item1, one.Item2, one.Item3, one.Item4), cases);

    /// <inheritdoc cref="ForAll{T}(Gen{T}, Action{T}, int)"/>
    public static void ForAll<T1, T2, T3, T4, T5>(this Gen<(T1, T2, T3, T4, T5)> gen, Action<T1, T2, T3, T4, T5> property, int cases = 100) =>
        gen.ForAll(one => property(one.Item1, one.Item2, one.Item3, one.Item4, one.Item5), cases);

    /// <inheritdoc cref="ForAll{T}(Gen{T}, Action{T}, int)"/>
    public static void ForAll<T1, T2, T3, T4, T5, T6, T7, T8>(
        this Gen<(T1, T2, T3, T4, T5, T6, T7, T8)> gen, Action<T1, T2, T3, T4, T5, T6, T7, T8> property, int cases = 100) =>
        gen.ForAll(one => property(one.Item1, one.Item2, one.Item3, one.Item4, one.Item5, one.Item6, one.Item7, one.Item8), cases);

    private static void Try<T>(Gen<T> gen, Action<T> property, PCG random, Func<int, bool> goesOn)
    {
        Failure<T>? smallest = null;
        int tried = 0;
        for (; goesOn(tried); tried++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            ulong state = random.State;
            T one = gen.Generate(random, smallest?.Size, out Size size);
            if (smallest is not null && !Size.IsLessThan(size, smallest.Size))
            {
                continue;
            }

            try
            {
                property(one);
            }
            catch (Exception exception)
            {
                smallest = new Failure<T>(random.ToString(state), one, size, exception);
            }
        }

        if (smallest is not null)
        {
            throw new CsCheckException(
                $"{OneCase}={smallest.Seed} brings this case again. It is the smallest that failed of {tried}: {Check.Print(smallest.Case)}\n{smallest.Exception.Message}",
                smallest.Exception);
        }
    }

    private static PCG NewRandom()
    {
        ulong seed = 0;
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(new Span<ulong>(ref seed)));
        return new PCG(Stream, seed);
    }

    private sealed record Failure<T>(string Seed, T Case, Size Size, Exception Exception);
}
