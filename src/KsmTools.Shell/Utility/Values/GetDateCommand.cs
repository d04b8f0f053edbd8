using System.Globalization;
using System.Management.Automation;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.Get, "Date", DefaultParameterSetName = "DateAndFormat")]
[OutputType(typeof(string), typeof(DateTime))]
public sealed class GetDateCommand : PSCmdlet
{
    private const string DateSet = "DateAndFormat";
    private const string UnixSet = "UnixTimeSecondsAndFormat";

    [Parameter(ParameterSetName = DateSet, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("LastWriteTime")]
    public DateTime Date { get; set; } = DateTime.MinValue;

    [Parameter(ParameterSetName = UnixSet, Mandatory = true)]
    [ValidateRange(-62135596800, 253402300799)]
    [Alias("UnixTime")]
    public long UnixTimeSeconds { get; set; }

    [Parameter]
    [ValidateRange(1, 9999)]
    public int Year { get; set; }

    [Parameter]
    [ValidateRange(1, 12)]
    public int Month { get; set; }

    [Parameter]
    [ValidateRange(1, 31)]
    public int Day { get; set; }

    [Parameter]
    [ValidateRange(0, 23)]
    public int Hour { get; set; }

    [Parameter]
    [ValidateRange(0, 59)]
    public int Minute { get; set; }

    [Parameter]
    [ValidateRange(0, 59)]
    public int Second { get; set; }

    [Parameter]
    [ValidateRange(0, 999)]
    public int Millisecond { get; set; }

    [Parameter]
    public DisplayHintType DisplayHint { get; set; } = DisplayHintType.DateTime;

    [Parameter]
    [ArgumentCompletions("FileDate", "FileDateUniversal", "FileDateTime", "FileDateTimeUniversal")]
    public string? Format { get; set; }

    [Parameter]
    public SwitchParameter AsUTC { get; set; }

    protected override void ProcessRecord()
    {
        DateTime date = Given(nameof(Date)) ? Date : ParameterSetName == UnixSet ? DateTimeOffset.FromUnixTimeSeconds(UnixTimeSeconds).LocalDateTime : DateTime.Now;
        date = Given(nameof(Year)) ? date.AddYears(Year - date.Year) : date;
        date = Given(nameof(Month)) ? date.AddMonths(Month - date.Month) : date;
        date = Given(nameof(Day)) ? date.AddDays(Day - date.Day) : date;
        date = Given(nameof(Hour)) ? date.AddHours(Hour - date.Hour) : date;
        date = Given(nameof(Minute)) ? date.AddMinutes(Minute - date.Minute) : date;
        date = Given(nameof(Second)) ? date.AddSeconds(Second - date.Second) : date;
        if (Given(nameof(Millisecond)))
        {
            date = date.AddMilliseconds(Millisecond - date.Millisecond);
            date = date.AddTicks(-(date.Ticks % TimeSpan.TicksPerMillisecond));
        }

        date = AsUTC ? date.ToUniversalTime() : date;
        if (Format is not null)
        {
            WriteObject(Formatted(date, Format));
            return;
        }

        var shown = new PSObject(date);
        shown.Properties.Add(new PSNoteProperty("DisplayHint", DisplayHint));
        WriteObject(shown);
    }

    private static string Formatted(DateTime date, string format) => format.ToUpperInvariant() switch
    {
        "FILEDATE" => date.ToString("yyyyMMdd", CultureInfo.CurrentCulture),
        "FILEDATEUNIVERSAL" => date.ToUniversalTime().ToString("yyyyMMddZ", CultureInfo.CurrentCulture),
        "FILEDATETIME" => date.ToString("yyyyMMddTHHmmssffff", CultureInfo.CurrentCulture),
        "FILEDATETIMEUNIVERSAL" => date.ToUniversalTime().ToString("yyyyMMddTHHmmssffffZ", CultureInfo.CurrentCulture),
        _ => date.ToString(format, CultureInfo.CurrentCulture),
    };

    private bool Given(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);
}

/// <summary>Which part of a date is shown.</summary>
public enum DisplayHintType
{
    Date,
    Time,
    DateTime,
}
