using System.Globalization;

namespace KsmTools.Ksm;

/// <summary>
/// One writable file of <c>/sys/kernel/mm/ksm</c>: its name here and there, the text it takes, its default and its limits
/// (store handlers and initial values in mm/ksm.c).
/// </summary>
public sealed partial class KsmKnob : IEquatable<KsmKnob>
{
    private readonly Func<KsmConfiguration, string?> _get;
    private readonly Func<KsmConfiguration, string, bool> _set;

    private KsmKnob(
        string property,
        string fileName,
        string defaultText,
        Func<KsmConfiguration, string?> get,
        Func<KsmConfiguration, string, bool> set)
    {
        Property = property;
        FileName = fileName;
        DefaultText = defaultText;
        _get = get;
        _set = set;
    }

    /// <summary>The property of <see cref="KsmConfiguration"/> and the parameter of Set-KsmConfiguration; of a file that is none of those, the file's name.</summary>
    public string Property { get; }

    /// <summary>The file's name.</summary>
    public string FileName { get; }

    /// <summary>The file's path in the kernel's tree.</summary>
    internal string Path => KsmFiles.Folder + "/" + FileName;

    /// <summary>What a freshly booted kernel has, as the kernel takes it.</summary>
    public string DefaultText { get; }

    /// <summary>The least number that the kernel takes; of a switch or a word it says nothing.</summary>
    public ulong Minimum { get; private init; }

    /// <summary>The greatest number that the kernel takes; of a switch or a word it says nothing.</summary>
    public ulong Maximum { get; private init; } = ulong.MaxValue;

    /// <summary>The greatest number that means something; the kernel may take greater ones.</summary>
    internal ulong MostMeaning { get; private init; } = ulong.MaxValue;

    /// <summary>Whether the knob is on or off.</summary>
    public bool IsSwitch { get; private init; }

    /// <summary>The value as the kernel takes it, or null where the configuration has none.</summary>
    /// <param name="configuration">The configuration.</param>
    public string? TextIn(KsmConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return _get(configuration);
    }

    /// <summary>Sets in a configuration what another one has.</summary>
    /// <param name="from">That one; what is null there stays.</param>
    /// <param name="to">The one that is changed.</param>
    internal static void Copy(KsmConfiguration from, KsmConfiguration to)
    {
        foreach (KsmKnob knob in AllIn(from))
        {
            if (knob.TextIn(from) is { } value)
            {
                _ = knob.TryStore(to, value);
            }
        }
    }

    /// <summary>Takes the file's contents into a configuration.</summary>
    /// <returns>Whether the contents were understood.</returns>
    internal bool TryStore(KsmConfiguration configuration, string text) => _set(configuration, text);

    /// <summary>Whether the kernel would take this text for the knob.</summary>
    internal bool Accepts(string text) =>
        !ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) || (number >= Minimum && number <= Maximum);

    /// <summary>Whether the kernel takes this text for the knob as a setting; <c>run</c> shows more than it takes.</summary>
    internal bool Takes(string text) => Accepts(text) && (this != Run || text is "0" or "1" or "2");

    /// <summary>Whether a text that the kernel takes means what it says.</summary>
    internal bool Means(string text) => !ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) || number <= MostMeaning;

    /// <inheritdoc/>
    public bool Equals(KsmKnob? other) => other is not null && FileName == other.FileName;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as KsmKnob);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(FileName);

    /// <inheritdoc/>
    public override string ToString() => FileName;

    private static KsmKnob Number(
        string property,
        string fileName,
        string defaultText,
        Func<KsmConfiguration, ulong?> get,
        Action<KsmConfiguration, ulong> set,
        ulong minimum = 0,
        ulong maximum = uint.MaxValue,
        ulong mostMeaning = ulong.MaxValue) =>
        new(
            property,
            fileName,
            defaultText,
            configuration => get(configuration)?.ToString(CultureInfo.InvariantCulture),
            (configuration, text) =>
            {
                bool understood = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) && value <= maximum;
                if (understood)
                {
                    set(configuration, value);
                }

                return understood;
            })
        { Minimum = minimum, Maximum = maximum, MostMeaning = mostMeaning };

    private static KsmKnob Switch(
        string property, string fileName, string defaultText, Func<KsmConfiguration, bool?> get, Action<KsmConfiguration, bool> set) =>
        new(
            property,
            fileName,
            defaultText,
            configuration => get(configuration) switch { null => null, true => "1", false => "0" },
            (configuration, text) =>
            {
                bool understood = text is "0" or "1";
                if (understood)
                {
                    set(configuration, text == "1");
                }

                return understood;
            })
        { IsSwitch = true };

    private static KsmKnob Advisor() =>
        new(
            nameof(KsmConfiguration.AdvisorMode),
            "advisor_mode",
            "none",
            configuration => configuration.AdvisorMode is { } mode && KsmAdvisorMode.WordOf(mode) is var word && IsPlainName(word) ? word : null,
            (configuration, text) =>
            {
                configuration.AdvisorMode = KernelChoice.Of(text);
                return true;
            });
}
