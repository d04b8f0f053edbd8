namespace KsmTools.Lab;

/// <summary>A kernel did not do what it should: it panicked, did not boot or did not answer. The message ends with its last lines.</summary>
public sealed class LabFailedException(string message) : Exception(message);
