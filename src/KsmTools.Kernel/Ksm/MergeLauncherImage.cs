using System.Runtime.InteropServices;
using KsmTools.Interop;

namespace KsmTools.Ksm;

/// <summary>
/// A program of about 240 bytes that makes itself mergeable and becomes another program:
/// <c>launcher STATUS PROGRAM ARGV0 ARGUMENT...</c> calls prctl(PR_SET_MEMORY_MERGE, 1) and execve(PROGRAM, {ARGV0, ARGUMENT...}). When either
/// fails it writes the errno, with <see cref="PrctlFailed"/> or <see cref="ExecFailed"/> set, to the file STATUS and exits with 127.
/// </summary>
internal static class MergeLauncherImage
{
    /// <summary>Set in the status when prctl(2) failed.</summary>
    public const int PrctlFailed = 0x10000;

    /// <summary>Set in the status when execve(2) failed.</summary>
    public const int ExecFailed = 0x20000;

    private static ReadOnlySpan<byte> X64Code =>
    [
        0xb8, 0x9d, 0x00, 0x00, 0x00, // mov eax, 157 (prctl)
        0xbf, 0x43, 0x00, 0x00, 0x00, // mov edi, 67 (PR_SET_MEMORY_MERGE)
        0xbe, 0x01, 0x00, 0x00, 0x00, // mov esi, 1
        0x31, 0xd2,                   // xor edx, edx
        0x45, 0x31, 0xd2,             // xor r10d, r10d
        0x45, 0x31, 0xc0,             // xor r8d, r8d
        0x0f, 0x05,                   // syscall
        0xbb, 0x00, 0x00, 0x01, 0x00, // mov ebx, PrctlFailed
        0x85, 0xc0,                   // test eax, eax
        0x78, 0x1f,                   // js fail
        0x48, 0x8b, 0x7c, 0x24, 0x18, // mov rdi, [rsp+24] (argv[2], PROGRAM)
        0x48, 0x8d, 0x74, 0x24, 0x20, // lea rsi, [rsp+32] (&argv[3])
        0x48, 0x8b, 0x04, 0x24,       // mov rax, [rsp] (argc)
        0x48, 0x8d, 0x54, 0xc4, 0x10, // lea rdx, [rsp+rax*8+16] (envp)
        0xb8, 0x3b, 0x00, 0x00, 0x00, // mov eax, 59 (execve)
        0x0f, 0x05,                   // syscall
        0xbb, 0x00, 0x00, 0x02, 0x00, // mov ebx, ExecFailed
        0xf7, 0xd8,                   // fail: neg eax (errno)
        0x09, 0xc3,                   // or ebx, eax
        0x48, 0x8b, 0x7c, 0x24, 0x10, // mov rdi, [rsp+16] (argv[1], STATUS)
        0xbe, 0x01, 0x00, 0x00, 0x00, // mov esi, 1 (O_WRONLY)
        0xb8, 0x02, 0x00, 0x00, 0x00, // mov eax, 2 (open)
        0x0f, 0x05,                   // syscall
        0x53,                         // push rbx
        0x89, 0xc7,                   // mov edi, eax
        0x48, 0x89, 0xe6,             // mov rsi, rsp
        0xba, 0x04, 0x00, 0x00, 0x00, // mov edx, 4
        0xb8, 0x01, 0x00, 0x00, 0x00, // mov eax, 1 (write)
        0x0f, 0x05,                   // syscall
        0xbf, 0x7f, 0x00, 0x00, 0x00, // mov edi, 127
        0xb8, 0xe7, 0x00, 0x00, 0x00, // mov eax, 231 (exit_group)
        0x0f, 0x05,                   // syscall
    ];

    private static ReadOnlySpan<uint> Arm64Code =>
    [
        0xd28014e8, // mov x8, #167 (prctl)
        0xd2800860, // mov x0, #67 (PR_SET_MEMORY_MERGE)
        0xd2800021, // mov x1, #1
        0xd2800002, // mov x2, #0
        0xd2800003, // mov x3, #0
        0xd2800004, // mov x4, #0
        0xd4000001, // svc #0
        0x52a00033, // mov w19, PrctlFailed
        0x37f80120, // tbnz w0, #31, fail
        0xf9400fe0, // ldr x0, [sp, #24] (argv[2], PROGRAM)
        0x910083e1, // add x1, sp, #32 (&argv[3])
        0xf94003e2, // ldr x2, [sp] (argc)
        0x8b226fe2, // add x2, sp, x2, lsl #3
        0x91004042, // add x2, x2, #16 (envp)
        0xd2801ba8, // mov x8, #221 (execve)
        0xd4000001, // svc #0
        0x52a00053, // mov w19, ExecFailed
        0x4b0003e0, // fail: neg w0, w0 (errno)
        0x2a000273, // orr w19, w19, w0
        0x92800c60, // mov x0, #-100 (AT_FDCWD)
        0xf9400be1, // ldr x1, [sp, #16] (argv[1], STATUS)
        0xd2800022, // mov x2, #1 (O_WRONLY)
        0xd2800003, // mov x3, #0
        0xd2800708, // mov x8, #56 (openat)
        0xd4000001, // svc #0
        0xf81f0ff3, // str x19, [sp, #-16]!
        0x910003e1, // mov x1, sp
        0xd2800082, // mov x2, #4
        0xd2800808, // mov x8, #64 (write)
        0xd4000001, // svc #0
        0xd2800fe0, // mov x0, #127
        0xd2800bc8, // mov x8, #94 (exit_group)
        0xd4000001, // svc #0
    ];

    /// <summary>The program as an ELF file.</summary>
    /// <param name="architecture">What it is to run on.</param>
    /// <returns>The file's bytes, or null for an architecture that it was not written for.</returns>
    public static byte[]? Make(Architecture architecture) => ProgramImage.Make(architecture, X64Code, Arm64Code);
}
