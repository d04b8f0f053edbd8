using CsCheck;

namespace KsmTools.Tests.Support;

public sealed class PropertyTests : IDisposable
{
    private static readonly Gen<int[]> Numbers = Gen.Int[0, 1_000_000].Array[0, 20];

    private readonly string? _long = Environment.GetEnvironmentVariable(Property.LongRun);
    private readonly string? _seed = Environment.GetEnvironmentVariable(Property.OneCase);

    public PropertyTests()
    {
        Environment.SetEnvironmentVariable(Property.LongRun, null);
        Environment.SetEnvironmentVariable(Property.OneCase, null);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Property.LongRun, _long);
        Environment.SetEnvironmentVariable(Property.OneCase, _seed);
    }

    [Fact]
    public void An_ordinary_run_tries_the_same_cases_every_time()
    {
        List<int[]> once = Tried(), again = Tried();
        Assert.Equal(100, once.Count);
        Assert.Equal(once, again);

        // Whatever the machine, the run and the version of .NET.
        Assert.Equal([281_546, 189_744, 21_037], once[0]);
    }

    [Fact]
    public void A_long_run_tries_new_cases_for_as_long_as_it_is_told()
    {
        List<int[]> ordinary = Tried();
        Environment.SetEnvironmentVariable(Property.LongRun, "0.2");
        Assert.NotEqual(Tried().Take(5), Tried().Take(5));
        Assert.NotEqual(ordinary.Take(5), Tried().Take(5));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0.2")]
    public void A_failure_names_the_seed_that_brings_its_case_again(string? seconds)
    {
        Environment.SetEnvironmentVariable(Property.LongRun, seconds);
        int[]? failed = null;
        void Fail(int[] numbers)
        {
            if (numbers.Sum() > 1_000_000)
            {
                failed = numbers;
                Assert.Fail("too much");
            }
        }

        CsCheckException failure = Assert.Throws<CsCheckException>(() => Numbers.ForAll(Fail));
        int[] smallest = failed!;
        Assert.Contains("too much", failure.Message, StringComparison.Ordinal);
        Assert.StartsWith(Property.OneCase + "=", failure.Message, StringComparison.Ordinal);

        failed = null;
        Environment.SetEnvironmentVariable(Property.OneCase, failure.Message.Split(' ')[0][(Property.OneCase.Length + 1)..]);
        _ = Assert.Throws<CsCheckException>(() => Numbers.ForAll(Fail));
        Assert.Equal(smallest, failed);
        Assert.Equal([smallest], Tried());
    }

    private static List<int[]> Tried()
    {
        var tried = new List<int[]>();
        Numbers.ForAll(tried.Add);
        return tried;
    }
}
