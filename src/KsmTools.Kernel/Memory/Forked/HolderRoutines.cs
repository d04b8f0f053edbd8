namespace KsmTools.Memory.Forked;

/// <summary>
/// What the programs that hold pages end with, and call by its distance: <c>say</c> writes the address that they hold, or an errno negated, to standard output, and <c>wait</c>
/// reads a byte from standard input and gives what read(2) returned.
/// </summary>
internal static class HolderRoutines
{
    /// <summary>For x86-64; <c>say</c> is at 0 and <c>wait</c> at 25. The address is in r14.</summary>
    public static ReadOnlySpan<byte> X64 =>
    [
        0x41, 0x56,                               // say: push r14
        0xbf, 0x01, 0x00, 0x00, 0x00,             // mov edi, 0x1 (standard output)
        0x48, 0x89, 0xe6,                         // mov rsi, rsp
        0xba, 0x08, 0x00, 0x00, 0x00,             // mov edx, 0x8
        0xb8, 0x01, 0x00, 0x00, 0x00,             // mov eax, 0x1 (write)
        0x0f, 0x05,                               // syscall
        0x41, 0x5e,                               // pop r14
        0xc3,                                     // ret
        0x50,                                     // wait: push rax
        0x31, 0xff,                               // xor edi, edi
        0x48, 0x89, 0xe6,                         // mov rsi, rsp
        0xba, 0x01, 0x00, 0x00, 0x00,             // mov edx, 0x1
        0x31, 0xc0,                               // xor eax, eax (read)
        0x0f, 0x05,                               // syscall
        0x59,                                     // pop rcx
        0xc3,                                     // ret
    ];

    /// <summary>For arm64; <c>say</c> is at 0 and <c>wait</c> at 32. The address is in x23.</summary>
    public static ReadOnlySpan<uint> Arm64 =>
    [
        0xf81f0ff7, // say: str x23, [sp, -16]!
        0xd2800020, // mov x0, 1 (standard output)
        0x910003e1, // mov x1, sp
        0xd2800102, // mov x2, 8
        0xd2800808, // mov x8, 64 (write)
        0xd4000001, // svc
        0x910043ff, // add sp, sp, 16
        0xd65f03c0, // ret
        0xd10043ff, // wait: sub sp, sp, 16
        0xd2800000, // mov x0, 0
        0x910003e1, // mov x1, sp
        0xd2800022, // mov x2, 1
        0xd28007e8, // mov x8, 63 (read)
        0xd4000001, // svc
        0x910043ff, // add sp, sp, 16
        0xd65f03c0, // ret
    ];
}
