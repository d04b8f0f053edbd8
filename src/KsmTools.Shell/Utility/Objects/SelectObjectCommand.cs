using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Internal;
using KsmTools.Shell.Utility;

namespace Microsoft.PowerShell.Commands;

[Cmdlet(VerbsCommon.Select, "Object", DefaultParameterSetName = DefaultSet)]
public sealed class SelectObjectCommand : PSCmdlet
{
    private const string DefaultSet = "DefaultParameter";
    private const string SkipLastSet = "SkipLastParameter";
    private const string IndexSet = "IndexParameter";
    private const string SkipIndexSet = "SkipIndexParameter";

    private readonly List<(PSObject Item, int Notes)> _unique = [];
    private List<PropertyParameter> _properties = [];
    private PropertyParameter? _expand;
    private WildcardPattern[]? _excluded;
    private SelectWindow _window = null!;
    private int _position;

    [Parameter(ValueFromPipeline = true)]
    public PSObject InputObject { get; set; } = AutomationNull.Value;

    [Parameter(Position = 0, ParameterSetName = DefaultSet)]
    [Parameter(Position = 0, ParameterSetName = SkipLastSet)]
    public object[]? Property { get; set; }

    [Parameter(ParameterSetName = DefaultSet)]
    [Parameter(ParameterSetName = SkipLastSet)]
    public string[]? ExcludeProperty { get; set; }

    [Parameter(ParameterSetName = DefaultSet)]
    [Parameter(ParameterSetName = SkipLastSet)]
    public string? ExpandProperty { get; set; }

    [Parameter]
    public SwitchParameter Unique { get; set; }

    [Parameter]
    public SwitchParameter CaseInsensitive { get; set; }

    [Parameter(ParameterSetName = DefaultSet)]
    [ValidateRange(0, int.MaxValue)]
    public int Last { get; set; }

    [Parameter(ParameterSetName = DefaultSet)]
    [ValidateRange(0, int.MaxValue)]
    public int First { get; set; }

    [Parameter(ParameterSetName = DefaultSet)]
    [Parameter(ParameterSetName = SkipLastSet)]
    [ValidateRange(0, int.MaxValue)]
    public int Skip { get; set; }

    [Parameter(ParameterSetName = SkipLastSet)]
    [ValidateRange(0, int.MaxValue)]
    public int SkipLast { get; set; }

    [Parameter(ParameterSetName = DefaultSet)]
    [Parameter(ParameterSetName = IndexSet)]
    public SwitchParameter Wait { get; set; }

    [Parameter(ParameterSetName = IndexSet)]
    [ValidateRange(0, int.MaxValue)]
    public int[]? Index { get; set; }

    [Parameter(ParameterSetName = SkipIndexSet)]
    [ValidateRange(0, int.MaxValue)]
    public int[]? SkipIndex { get; set; }

    protected override void BeginProcessing()
    {
        string[] keys = ["Name|Label"];
        if (!string.IsNullOrEmpty(ExpandProperty))
        {
            _expand = PropertyParameter.Parse(this, [ExpandProperty], keys)[0];
        }

        if (ExcludeProperty is not null)
        {
            _excluded = [.. ExcludeProperty.Select(pattern => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase))];
            Property = Property is { Length: > 0 } ? Property : ["*"];
        }

        _properties = PropertyParameter.Parse(this, Property, keys);
        bool limited = MyInvocation.BoundParameters.ContainsKey(nameof(First)) || MyInvocation.BoundParameters.ContainsKey(nameof(Last));
        _window = new SelectWindow(limited, First, Last, Skip, SkipLast);
    }

    protected override void ProcessRecord()
    {
        if (InputObject is null || InputObject == AutomationNull.Value)
        {
            return;
        }

        if (Index is not null || SkipIndex is not null)
        {
            ProcessByIndex();
            return;
        }

        if (_window.Next(InputObject) is PSObject item)
        {
            Emit(item);
        }

        if (_window.IsDone && !Wait)
        {
            EndProcessing();
            throw Pipelines.StopUpstream(this);
        }
    }

    protected override void EndProcessing()
    {
        foreach (PSObject item in _window.Rest())
        {
            Emit(item);
        }

        foreach ((PSObject item, _) in _unique)
        {
            WriteObject(item);
        }

        _unique.Clear();
    }

    private void ProcessByIndex()
    {
        bool listed = Array.IndexOf(Index ?? SkipIndex!, _position) >= 0;
        if (listed == (Index is not null))
        {
            Emit(InputObject);
        }

        if (Index is not null && !Wait && _position >= (Index.Length == 0 ? -1 : Index.Max()))
        {
            EndProcessing();
            throw Pipelines.StopUpstream(this);
        }

        _position++;
    }

    private void Emit(PSObject item)
    {
        if (_properties.Count == 0 && _expand is null)
        {
            Write(item, []);
            return;
        }

        var notes = new List<PSNoteProperty>();
        foreach (PropertyParameter parameter in _properties)
        {
            Collect(parameter, item, notes);
        }

        if (_expand is not null)
        {
            Expand(_expand.Expression, item, notes);
            return;
        }

        var result = new PSObject(notes.Count);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (PSNoteProperty note in notes)
        {
            if (names.Add(note.Name))
            {
                result.Properties.Add(note, preValidated: true);
            }
            else
            {
                ReportExisting(note.Name, item, "AlreadyExistingUserSpecifiedPropertyNoExpand");
            }
        }

        Write(result, notes);
    }

    private void Collect(PropertyParameter parameter, PSObject item, List<PSNoteProperty> notes)
    {
        var results = new List<PSPropertyExpressionResult>();
        foreach (PSPropertyExpression resolved in parameter.Expression.ResolveNames(item))
        {
            if (!IsExcluded(resolved))
            {
                results.AddRange(resolved.GetValues(item));
            }
        }

        if (results.Count == 0 && !parameter.Expression.HasWildCardCharacters)
        {
            results.Add(new PSPropertyExpressionResult(null, parameter.Expression, null));
        }

        string? name = string.IsNullOrEmpty(parameter.Name) ? null : parameter.Name;
        if (name is not null && results.Count > 1)
        {
            WriteError(new ErrorRecord(
                new InvalidOperationException("Multiple results cannot be renamed."),
                "RenamingMultipleResults", ErrorCategory.InvalidOperation, item));
            return;
        }

        foreach (PSPropertyExpressionResult result in results)
        {
            if (IsExcluded(result.ResolvedExpression))
            {
                continue;
            }

            string noteName = name ?? result.ResolvedExpression.ToString();
            if (noteName.Length == 0)
            {
                ThrowTerminatingError(new ErrorRecord(
                    new PSArgumentException("A script block that is empty needs a name."),
                    "EmptyScriptBlockAndNoName", ErrorCategory.InvalidArgument, null));
            }

            notes.Add(new PSNoteProperty(noteName, result.Result));
        }
    }

    private void Expand(PSPropertyExpression expression, PSObject item, List<PSNoteProperty> notes)
    {
        List<PSPropertyExpressionResult> results = expression.GetValues(item);
        if (results.Count != 1)
        {
            string message = results.Count == 0
                ? $"Property \"{ExpandProperty}\" cannot be found."
                : $"Multiple properties cannot be expanded. Only one property can be expanded: \"{ExpandProperty}\".";
            WriteError(new ErrorRecord(
                new PSArgumentException(message),
                results.Count == 0 ? "ExpandPropertyNotFound" : "MutlipleExpandProperties", ErrorCategory.InvalidArgument, item));
            return;
        }

        if (results[0].Exception is Exception failure)
        {
            WriteError(new ErrorRecord(failure, "PropertyEvaluationExpand", ErrorCategory.InvalidResult, item));
            return;
        }

        object? value = results[0].Result;
        if (value is null)
        {
            return;
        }

        foreach (object? element in LanguagePrimitives.GetEnumerable(value) ?? new[] { value })
        {
            if (element is null)
            {
                continue;
            }

            PSObject expanded = PSObject.AsPSObject(element);
            if (notes.Count > 0)
            {
                // The value gets notes of its own; the object that it came from does not.
                expanded = expanded.Copy();
                AddNotes(expanded, item, notes);
            }

            Write(expanded, notes);
        }
    }

    private void AddNotes(PSObject target, PSObject item, List<PSNoteProperty> notes)
    {
        foreach (PSNoteProperty note in notes)
        {
            if (target.Properties[note.Name] is null)
            {
                target.Properties.Add(note);
            }
            else
            {
                ReportExisting(note.Name, item, "AlreadyExistingUserSpecifiedPropertyExpand");
            }
        }
    }

    private void Write(PSObject item, List<PSNoteProperty> notes)
    {
        if (item == AutomationNull.Value || (Unique && IsRepeat(item, notes)))
        {
            return;
        }

        if (item.ImmediateBaseObject is PSCustomObject)
        {
            string type = "Selected." + InputObject.BaseObject.GetType();
            if (notes.Count > 0 || !item.TypeNames.Contains(type))
            {
                item.TypeNames.Insert(0, type);
            }
        }

        if (Unique)
        {
            _unique.Add((item, notes.Count));
        }
        else
        {
            WriteObject(item);
        }
    }

    private bool IsRepeat(PSObject item, List<PSNoteProperty> notes)
    {
        var comparer = new KeyComparer(ascending: true, CultureInfo.CurrentCulture, !CaseInsensitive);
        foreach ((PSObject known, int count) in _unique)
        {
            if (count == notes.Count
                && comparer.Compare(item.BaseObject, known.BaseObject) == 0
                && notes.TrueForAll(note => known.Properties[note.Name] is PSPropertyInfo other && comparer.Compare(other.Value, note.Value) == 0))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsExcluded(PSPropertyExpression expression) =>
        _excluded is not null && Array.Exists(_excluded, pattern => pattern.IsMatch(expression.ToString()));

    private void ReportExisting(string name, PSObject item, string errorId) =>
        WriteError(new ErrorRecord(
            new PSArgumentException($"The property cannot be processed because the property \"{name}\" already exists."),
            errorId, ErrorCategory.InvalidOperation, item));
}
