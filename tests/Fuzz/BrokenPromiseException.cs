namespace KsmTools.Fuzz;

/// <summary>A decoder gave something that it promises not to give.</summary>
public sealed class BrokenPromiseException(string message) : Exception(message);
