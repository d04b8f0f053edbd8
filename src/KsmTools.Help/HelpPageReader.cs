using Markdig;
using Markdig.Syntax;

namespace KsmTools.Help;

/// <summary>Reads a page of <c>Module/Help</c>: one heading for the cmdlet, one a section, one a parameter, type or example.</summary>
internal sealed class HelpPageReader
{
    private static readonly string[] KnownSections = ["Description", "Parameters", "Inputs", "Outputs", "Notes", "Examples", "Links"];

    private readonly HelpPage _page;
    private readonly List<Problem> _problems;
    private string _section = "";
    private HelpEntry? _entry;

    private HelpPageReader(string path, List<Problem> problems)
    {
        _page = new HelpPage { Path = path };
        _problems = problems;
    }

    public static HelpPage Read(string path, string text, List<Problem> problems)
    {
        var reader = new HelpPageReader(path, problems);
        foreach (Block block in Markdown.Parse(text))
        {
            reader.Add(block);
        }

        return reader._page;
    }

    private void Add(Block block)
    {
        if (block is HeadingBlock heading)
        {
            Begin(heading, PlainText.Of(heading).Trim(), heading.Line + 1);
            return;
        }

        switch (_section)
        {
            case "":
                AddParagraph(_page.Synopsis, block);
                break;
            case "Description":
                AddParagraph(_page.Description, block);
                break;
            case "Notes":
                AddParagraph(_page.Notes, block);
                break;
            case "Links":
                AddLinks(block);
                break;
            case "Examples" when _entry is { Code: null } && block is FencedCodeBlock:
                _entry.Code = PlainText.Of(block);
                break;
            default:
                AddToEntry(block);
                break;
        }
    }

    private void Begin(HeadingBlock heading, string title, int line)
    {
        switch (heading.Level)
        {
            case 1 when _page.Name.Length == 0:
                _page.Name = title;
                break;
            case 2:
                _section = title;
                _entry = null;
                if (!KnownSections.Contains(title, StringComparer.Ordinal))
                {
                    Report(line, $"'{title}' is no section of a help page; the sections are {string.Join(", ", KnownSections)}.");
                }
                else if (!_page.Sections.TryAdd(title, line))
                {
                    Report(line, $"the section '{title}' is there twice.");
                }

                break;
            case 3 when Entries() is { } entries:
                _entry = new HelpEntry(title, line);
                if (entries.Exists(entry => entry.Title == title))
                {
                    Report(line, $"'{title}' is there twice in {_section}.");
                }

                entries.Add(_entry);
                break;
            default:
                Report(line, $"the heading '{title}' is not expected here.");
                break;
        }
    }

    private List<HelpEntry>? Entries() => _section switch
    {
        "Parameters" => _page.Parameters,
        "Inputs" => _page.Inputs,
        "Outputs" => _page.Outputs,
        "Examples" => _page.Examples,
        _ => null,
    };

    private void AddToEntry(Block block)
    {
        if (_entry is null)
        {
            Report(block.Line + 1, $"this text of {_section} has no '###' heading above it.");
            return;
        }

        AddParagraph(_entry.Paragraphs, block);
    }

    private void AddLinks(Block block)
    {
        if (block is not ListBlock list)
        {
            Report(block.Line + 1, "Links is a list.");
            return;
        }

        _page.Links.AddRange(list.OfType<ListItemBlock>().Select(item => PlainText.Of(item).Trim()));
    }

    private static void AddParagraph(List<string> paragraphs, Block block)
    {
        string text = PlainText.Of(block);
        if (!string.IsNullOrWhiteSpace(text))
        {
            paragraphs.Add(text);
        }
    }

    private void Report(int line, string message) => _problems.Add(new Problem(_page.Path, line, message));
}
