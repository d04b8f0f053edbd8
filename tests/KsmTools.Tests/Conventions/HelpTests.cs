using System.Management.Automation;
using System.Text.RegularExpressions;
using KsmTools.Errors;
using KsmTools.Help;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Conventions;

/// <summary>What Get-Help shows of the module as it was built.</summary>
public sealed partial class HelpTests
{
    [Fact]
    public void Every_cmdlet_has_prose_and_examples()
    {
        using var host = new ModuleHost();
        foreach (CmdletInfo cmdlet in Surface.Cmdlets)
        {
            PSObject help = Assert.Single(host.Run($"Get-Help {cmdlet.Name} -Full").Output);
            Assert.EndsWith("KsmTools.dll-Help.xml", host.Run($"(Get-Command {cmdlet.Name}).HelpFile").Single<string>(), StringComparison.Ordinal);
            Assert.True(Text(help, "$args[0].description.Text", host).Length > 40, cmdlet.Name + ": description");
            Assert.True(Text(help, "$args[0].Synopsis", host).Length > 10, cmdlet.Name + ": synopsis");
            int examples = int.Parse(Text(help, "@($args[0].examples.example).Count", host), System.Globalization.CultureInfo.InvariantCulture);
            Assert.True(examples >= HelpChecks.LeastExamples, cmdlet.Name + ": examples");
            Assert.NotEqual("", Text(help, "$args[0].relatedLinks.navigationLink.Count", host));
        }
    }

    [Fact]
    public void Every_parameter_is_described()
    {
        using var host = new ModuleHost();
        var undescribed = new List<string>();
        foreach (CmdletInfo cmdlet in Surface.Cmdlets)
        {
            foreach (string parameter in cmdlet.Parameters.Keys.Except(Cmdlet.CommonParameters))
            {
                ModuleResult help = host.Run($"(Get-Help {cmdlet.Name} -Parameter {parameter}).description.Text");
                if (help.Errors.Count > 0 || help.Output.Count == 0 || help.Output[0].ToString().Length < 5)
                {
                    undescribed.Add($"{cmdlet.Name} -{parameter}");
                }
            }
        }

        Assert.Empty(undescribed);
    }

    [Fact]
    public void Links_lead_to_cmdlets_that_exist()
    {
        var problems = new List<Problem>();
        IEnumerable<string> dead =
            from path in Directory.EnumerateFiles(Path.Combine(Checkout.Root, "Module/Help"), "*.md")
            from link in HelpPageReader.Read(path, File.ReadAllText(path), problems).Links
            where OwnCmdlet().IsMatch(link) && !Surface.DeclaredNames.Contains(link)
            select $"{Path.GetFileName(path)}: {link}";
        Assert.Empty(dead);
        Assert.Empty(problems);
    }

    [Fact]
    public void The_about_topic_is_found_and_has_a_synopsis()
    {
        using var host = new ModuleHost();
        PSObject topic = Assert.Single(host.Run("Get-Help about_KsmTools").Output);
        Assert.Contains("LONG DESCRIPTION", topic.ToString(), StringComparison.Ordinal);
        Assert.Contains("KSM", topic.Properties["Synopsis"].Value.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_topic_on_many_hosts_is_found_and_names_cmdlets_that_exist()
    {
        using var host = new ModuleHost();
        string topic = Assert.Single(host.Run("Get-Help about_KsmTools_Fleet").Output).ToString();
        Assert.Contains("Invoke-Command -HostName", topic, StringComparison.Ordinal);
        Assert.Empty(OwnCmdletAnywhere().Matches(topic).Select(match => match.Value).Except(Surface.DeclaredNames));
    }

    [Fact]
    public void The_about_topic_names_every_reason_and_cmdlets_that_exist()
    {
        string topic = File.ReadAllText(Path.Combine(Checkout.Root, "Module/Help/about_KsmTools.help.txt"));
        string[] lines = topic[topic.IndexOf("\nERRORS", StringComparison.Ordinal)..topic.IndexOf("\nEXAMPLES", StringComparison.Ordinal)].Split('\n');
        string[] reasons = [.. lines.Select(line => Reason().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value)];
        Assert.Equal(Enum.GetNames<ErrorReason>(), reasons);
        Assert.Empty(OwnCmdletAnywhere().Matches(topic).Select(match => match.Value).Except(Surface.DeclaredNames));
    }

    private static string Text(PSObject help, string expression, ModuleHost host) =>
        string.Join('\n', host.Run($"{{ {expression} }}.Invoke($input)", help).Output.Select(item => item?.ToString()));

    [GeneratedRegex("^[A-Z][A-Za-z]+-(Ksm|Rmap)[A-Za-z]*$")]
    private static partial Regex OwnCmdlet();

    [GeneratedRegex(@"\b[A-Z][A-Za-z]+-(Ksm|Rmap)[A-Za-z]*\b(?!-)")]
    private static partial Regex OwnCmdletAnywhere();

    [GeneratedRegex("^    ([A-Z][A-Za-z]+)  ")]
    private static partial Regex Reason();
}
