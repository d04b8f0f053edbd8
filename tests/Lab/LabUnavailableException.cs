namespace KsmTools.Lab;

/// <summary>This machine lacks something that the lab needs: a tool, a package. A reason to skip, not a failure.</summary>
public sealed class LabUnavailableException(string message) : Exception(message);
