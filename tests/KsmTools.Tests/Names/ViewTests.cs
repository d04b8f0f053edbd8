using System.Management.Automation;
using KsmTools.Tests.Conventions;
using KsmTools.Tests.Support;

namespace KsmTools.Tests.Names;

/// <summary>Tables and lists of names that try to write to the terminal.</summary>
public sealed class ViewTests : IDisposable
{
    private const string Plain = "$PSStyle.OutputRendering = 'PlainText'; ";

    private readonly ModuleHost _host = new();

    public static TheoryData<Type> Types => [.. ShownTypes.Reached];

    public static TheoryData<Type> TypesWithText => [.. ShownTypes.Reached.Where(ShownTypes.HasText)];

    public void Dispose() => _host.Dispose();

    [Theory]
    [MemberData(nameof(Types))]
    public void A_view_shows_control_characters_escaped_and_the_property_has_them(Type type)
    {
        object made = Hostile.Make(type);
        foreach (string how in new[] { "Format-Table", "Format-List", "ForEach-Object { $_ }", "Format-Wide" })
        {
            string shown = Show(how, made);
            Hostile.AssertHarmless(shown);
            Assert.Equal(shown, Show(how, Travelled(made)));
        }

        foreach (var text in type.GetProperties().Where(property => property.PropertyType == typeof(string) && property.CanWrite))
        {
            Assert.Equal(Hostile.Name, text.GetValue(made));
        }
    }

    [Theory]
    [MemberData(nameof(TypesWithText))]
    public void A_list_shows_names(Type type) => Assert.Contains(Hostile.Shown, Show("Format-List", Hostile.Make(type)), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Types))]
    public void What_an_object_says_of_itself_is_escaped(Type type) => Hostile.AssertHarmless(Hostile.Make(type).ToString()!);

    private static object Travelled(object made) => PSSerializer.Deserialize(PSSerializer.Serialize(made, 4));

    private string Show(string how, object shown) => _host.Run($"{Plain}$input | {how} | Out-String -Width 2000", shown).Single<string>();
}
