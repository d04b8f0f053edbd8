namespace KsmTools.Potential;

/// <summary>Spreads numbers that lie close together over all 64 bits (the finalizer of splitmix64, Steele, Lea and Flood 2014).</summary>
internal static class Mixing
{
    public static ulong Mix(ulong number)
    {
        unchecked
        {
            number += 0x9e3779b97f4a7c15;
            number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
            number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
            return number ^ (number >> 31);
        }
    }
}
