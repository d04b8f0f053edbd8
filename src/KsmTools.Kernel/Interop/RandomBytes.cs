using System.Runtime.InteropServices;

namespace KsmTools.Interop;

/// <summary>
/// Random bytes that nobody can guess, of the kernel (getrandom(2)). .NET's own (System.Security.Cryptography) come from OpenSSL, and where it finds none that it can use it ends the
/// process with SIGABRT.
/// </summary>
internal static unsafe partial class RandomBytes
{
    /// <summary>Fills a buffer. It waits until the kernel has gathered enough, which is so soon after the boot.</summary>
    /// <param name="buffer">Where the bytes go.</param>
    /// <exception cref="IOException">The kernel has none to give (<c>ENOSYS</c>): what is not random must not be taken for it.</exception>
    public static void Fill(Span<byte> buffer)
    {
        fixed (byte* first = buffer)
        {
            for (int filled = 0; filled < buffer.Length;)
            {
                nint count = Get(first + filled, (nuint)(buffer.Length - filled), 0);
                if (count < 0 && FileCalls.LastError != Errno.EINTR)
                {
                    throw new IOException($"getrandom(2): {FileCalls.LastError.Describe()}");
                }

                filled += (int)Math.Max(count, 0);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "getrandom", SetLastError = true)]
    private static partial nint Get(byte* buffer, nuint length, uint flags);
}
