namespace KsmTools.Lab.Kernels;

/// <summary>A kernel that can be booted.</summary>
/// <param name="Name">What the lab calls it, such as <c>6.12</c>.</param>
/// <param name="Release">What <c>uname -r</c> will say.</param>
/// <param name="Image">The file to boot.</param>
/// <param name="ModulesFolder">Its <c>/lib/modules/&lt;release&gt;</c>, or null where everything is built in.</param>
public sealed record LabKernel(string Name, string Release, string Image, string? ModulesFolder);
