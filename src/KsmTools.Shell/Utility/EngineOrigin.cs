using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace KsmTools.Shell.Utility;

/// <summary>
/// Says which module a built-in command belongs to, so that Get-Command shows it and <c>Microsoft.PowerShell.Utility\Sort-Object</c> finds it.
/// The engine keeps that for its own commands only.
/// </summary>
internal static class EngineOrigin
{
    public static PSSnapInInfo Create(string module)
    {
        ConstructorInfo constructor = typeof(PSSnapInInfo).GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic)
            .First(candidate => candidate.GetParameters() is [_, { ParameterType: var second }, ..] && second == typeof(bool) && candidate.GetParameters().Length >= 10);
        Version version = new(7, 0, 0, 0);
        object?[] arguments =
        [
            .. constructor.GetParameters().Select(parameter => parameter.Name switch
            {
                "name" => module,
                "isDefault" => true,
                "applicationBase" => AppContext.BaseDirectory,
                "assemblyName" => module,
                "moduleName" => module,
                "psVersion" or "version" => version,
                "vendor" => string.Empty,
                _ => parameter.ParameterType == typeof(System.Collections.ObjectModel.Collection<string>)
                    ? new System.Collections.ObjectModel.Collection<string>()
                    : (object?)null,
            }),
        ];
        return (PSSnapInInfo)constructor.Invoke(arguments);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SetPSSnapIn")]
    public static extern void Set(InitialSessionStateEntry entry, PSSnapInInfo origin);
}
