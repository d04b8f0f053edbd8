using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Provider;
using System.Text;
using KsmTools.Shell.Utility;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.Get, "Content", DefaultParameterSetName = PathSet)]
public sealed class GetContentCommand : PathCommandBase
{
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0L, long.MaxValue)]
    public long ReadCount { get; set; } = 1;

    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0L, long.MaxValue)]
    [Alias("First", "Head")]
    public long TotalCount { get; set; } = -1;

    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0, int.MaxValue)]
    [Alias("Last")]
    public int Tail { get; set; } = -1;

    [Parameter]
    public SwitchParameter Raw { get; set; }

    [Parameter]
    public SwitchParameter AsByteStream { get; set; }

    [Parameter]
    [EncodingArgument]
    [ValidateNotNullOrEmpty]
    public Encoding Encoding { get; set; } = EncodingArgumentAttribute.Default;

    protected override void ProcessRecord()
    {
        if (TotalCount >= 0 && Tail >= 0)
        {
            ThrowTerminatingError(new ErrorRecord(
                new InvalidOperationException("The parameters TotalCount and Tail cannot be used together. Please specify only one parameter."),
                "TailAndHeadCannotCoexist", ErrorCategory.InvalidOperation, null));
        }

        foreach (string path in Paths)
        {
            Guard(path, () => Read(path));
        }
    }

    private void Read(string path)
    {
        IEnumerable<string> paths = IsLiteral ? [path] : SessionState.Path.GetResolvedPSPathFromPSPath(path).Select(item => item.Path);
        foreach (string item in paths)
        {
            string native = SessionState.Path.GetUnresolvedProviderPathFromPSPath(item, out ProviderInfo provider, out PSDriveInfo drive);
            if (provider.Name == "FileSystem")
            {
                ReadFile(native, provider, drive);
            }
            else
            {
                ReadItem(item);
            }
        }
    }

    private void ReadFile(string file, ProviderInfo provider, PSDriveInfo drive)
    {
        if (!File.Exists(file))
        {
            if (System.IO.Directory.Exists(file))
            {
                WriteError(new ErrorRecord(
                    new UnauthorizedAccessException($"Unable to get content because it is a directory: '{file}'. Please use 'Get-ChildItem' instead."),
                    "GetContainerContentException", ErrorCategory.InvalidOperation, file));
                return;
            }

            throw new ItemNotFoundException($"Cannot find path '{file}' because it does not exist.");
        }

        if (AsByteStream)
        {
            WriteBytes(File.ReadAllBytes(file));
            return;
        }

        if (Raw)
        {
            WriteNoted(File.ReadAllText(file, Encoding), 1, new Origin(file, provider, drive));
            return;
        }

        WriteLines(Lines(file), new Origin(file, provider, drive));
    }

    private IEnumerable<string> Lines(string file)
    {
        IEnumerable<string> lines = File.ReadLines(file, Encoding);
        return TotalCount >= 0 ? lines.Take((int)Math.Min(int.MaxValue, TotalCount)) : Tail >= 0 ? lines.TakeLast(Tail) : lines;
    }

    private void WriteBytes(byte[] bytes)
    {
        IEnumerable<byte> wanted = TotalCount >= 0 ? bytes.Take((int)TotalCount) : Tail >= 0 ? bytes.TakeLast(Tail) : bytes;
        WriteObject(Raw || ReadCount == 0 ? wanted.ToArray() : wanted, enumerateCollection: !Raw && ReadCount != 0);
    }

    private void WriteLines(IEnumerable<string> lines, Origin origin)
    {
        long count = 0;
        if (ReadCount == 1)
        {
            foreach (string line in lines)
            {
                WriteNoted(line, ++count, origin);
            }

            return;
        }

        foreach (string[] block in ReadCount == 0 ? [lines.ToArray()] : lines.Chunk((int)Math.Min(int.MaxValue, ReadCount)))
        {
            count += block.Length;
            WriteNoted(block, count, origin);
        }
    }

    private void WriteNoted(object value, long count, Origin origin)
    {
        var noted = new PSObject(value);
        origin.Note(noted, count);
        WriteObject(noted);
    }

    private void ReadItem(string path)
    {
        foreach (IContentReader reader in InvokeProvider.Content.GetReader([path], Force, literalPath: true))
        {
            using (reader)
            {
                long left = TotalCount < 0 ? long.MaxValue : TotalCount;
                for (IList? block = reader.Read(1); block is { Count: > 0 } && left > 0; block = reader.Read(1), left--)
                {
                    WriteObject(block, enumerateCollection: true);
                }

                reader.Close();
            }
        }
    }

    /// <summary>Where lines come from, noted on each as pwsh does.</summary>
    private sealed class Origin(string file, ProviderInfo provider, PSDriveInfo? drive)
    {
        private readonly string _prefix = $"{provider.ModuleName}\\{provider.Name}::";

        public void Note(PSObject item, long count)
        {
            item.Properties.Add(new PSNoteProperty("PSPath", _prefix + file), preValidated: true);
            item.Properties.Add(new PSNoteProperty("PSParentPath", _prefix + System.IO.Path.GetDirectoryName(file)), preValidated: true);
            item.Properties.Add(new PSNoteProperty("PSChildName", System.IO.Path.GetFileName(file)), preValidated: true);
            item.Properties.Add(new PSNoteProperty("PSDrive", drive), preValidated: true);
            item.Properties.Add(new PSNoteProperty("PSProvider", provider), preValidated: true);
            item.Properties.Add(new PSNoteProperty("ReadCount", count), preValidated: true);
        }
    }
}

/// <summary>What Set-Content and Add-Content share.</summary>
public abstract class WriteContentCommandBase : PathCommandBase
{
    private readonly List<(string Path, IContentWriter? Item, StreamWriter? File)> _open = [];
    private bool _started;

    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? Value { get; set; }

    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    [Parameter]
    [EncodingArgument]
    [ValidateNotNullOrEmpty]
    public Encoding Encoding { get; set; } = EncodingArgumentAttribute.Default;

    private protected abstract bool Append { get; }

    protected override void ProcessRecord()
    {
        if (!_started)
        {
            _started = true;
            foreach (string path in Paths)
            {
                Guard(path, () => Open(path));
            }
        }

        foreach ((string _, IContentWriter? item, StreamWriter? file) in _open)
        {
            foreach (object? value in Value ?? [])
            {
                if (file is not null && NoNewline)
                {
                    file.Write(Text(value));
                }
                else if (file is not null)
                {
                    file.WriteLine(Text(value));
                }
            }

            item?.Write(Value ?? []);
        }

        if (PassThru)
        {
            WriteObject(Value, enumerateCollection: true);
        }
    }

    protected override void EndProcessing() => Close();

    protected override void StopProcessing() => Close();

    private static string Text(object? value) => value is null ? string.Empty : PSObject.AsPSObject(value).ToString();

    private void Open(string path)
    {
        string native = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
        string shown = provider.Name == "FileSystem" ? native : path;
        if (!ShouldProcess($"Path: {shown}", Append ? "Add Content" : "Set Content"))
        {
            return;
        }

        if (provider.Name == "FileSystem")
        {
            string file = FilePaths.ToWrite(this, path, IsLiteral);
            _open.Add((path, null, FilePaths.Open(this, file, Encoding, Append, noClobber: false, Force)));
            return;
        }

        if (!Append && InvokeProvider.Item.Exists(path))
        {
            InvokeProvider.Content.Clear(path);
        }

        _open.AddRange(InvokeProvider.Content.GetWriter(path).Select(writer => (path, (IContentWriter?)writer, (StreamWriter?)null)));
    }

    private void Close()
    {
        foreach ((_, IContentWriter? item, StreamWriter? file) in _open)
        {
            item?.Close();
            item?.Dispose();
            file?.Dispose();
        }

        _open.Clear();
    }
}

[Cmdlet(VerbsCommon.Set, "Content", SupportsShouldProcess = true, DefaultParameterSetName = PathSet)]
public sealed class SetContentCommand : WriteContentCommandBase
{
    private protected override bool Append => false;
}

[Cmdlet(VerbsCommon.Add, "Content", SupportsShouldProcess = true, DefaultParameterSetName = PathSet)]
public sealed class AddContentCommand : WriteContentCommandBase
{
    private protected override bool Append => true;
}
