using System.Text;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace KsmTools.Help;

/// <summary>Markdown blocks as the plain paragraphs that Get-Help shows. A paragraph's own line breaks are kept where they matter.</summary>
internal static class PlainText
{
    public static string Of(Block block) => block switch
    {
        CodeBlock code => code.Lines.ToString().TrimEnd(),
        ListBlock list => string.Join('\n', list.OfType<ListItemBlock>().Select((item, index) => Marker(list, index) + Of(item))),
        ContainerBlock container => string.Join('\n', container.Select(Of)),
        LeafBlock { Inline: { } inline } => Of(inline),
        _ => "",
    };

    public static string Of(ContainerInline container)
    {
        var text = new StringBuilder();
        foreach (Inline inline in container)
        {
            Append(text, inline);
        }

        return text.ToString();
    }

    private static string Marker(ListBlock list, int index) => list.IsOrdered ? $"{index + 1}. " : "- ";

    private static void Append(StringBuilder text, Inline inline)
    {
        switch (inline)
        {
            case LiteralInline literal:
                text.Append(literal.Content.AsSpan());
                break;
            case CodeInline code:
                text.Append(code.Content);
                break;
            case LineBreakInline lineBreak:
                text.Append(lineBreak.IsHard ? '\n' : ' ');
                break;
            case AutolinkInline link:
                text.Append(link.Url);
                break;
            case HtmlEntityInline entity:
                text.Append(entity.Transcoded.AsSpan());
                break;
            case HtmlInline html:
                // Not HTML but a placeholder such as <pid>.
                text.Append(html.Tag);
                break;
            case LinkInline link:
                string shown = Of(link);
                text.Append(shown);
                if (link.Url is { } url && url != shown)
                {
                    text.Append(" (").Append(url).Append(')');
                }

                break;
            case EmphasisInline emphasis:
                // Two asterisks of one paragraph, as in 'ksmtools:*': plain text has no emphasis.
                string marks = new(emphasis.DelimiterChar, emphasis.DelimiterCount);
                text.Append(marks).Append(Of((ContainerInline)emphasis)).Append(marks);
                break;
            case ContainerInline container:
                text.Append(Of(container));
                break;
        }
    }
}
