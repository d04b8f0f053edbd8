using System.Runtime.InteropServices;
using KsmTools.Interop;

namespace KsmTools.Memory.Forked;

/// <summary>
/// A program of some 300 bytes that maps anonymous pages, offers them to ksmd or its whole memory before, fills them alike, and forks once it is told to: the child then has pages that were merged before it
/// was. It writes two answers of eight bytes to standard output: the address of the first page when they are filled, and after the byte on its standard input that it waits for,
/// the child's process id; or the errno negated instead. Both processes end when that input ends, so none stays when the process that started it is killed.
/// </summary>
internal static class MergeableHolderImage
{
    private static ReadOnlySpan<byte> X64Code =>
    [
        0x4c, 0x8b, 0x25, 0x01, 0x01, 0x00, 0x00, // mov r12, [length]
        0x83, 0x3d, 0x0a, 0x01, 0x00, 0x00, 0x00, // cmp [whole], 0x0
        0x74, 0x1d,                               // je map
        0xbf, 0x43, 0x00, 0x00, 0x00,             // mov edi, 0x43 (PR_SET_MEMORY_MERGE)
        0xbe, 0x01, 0x00, 0x00, 0x00,             // mov esi, 0x1
        0x31, 0xd2,                               // xor edx, edx
        0x45, 0x31, 0xd2,                         // xor r10d, r10d
        0x45, 0x31, 0xc0,                         // xor r8d, r8d
        0xb8, 0x9d, 0x00, 0x00, 0x00,             // mov eax, 0x9d (prctl)
        0x0f, 0x05,                               // syscall
        0x85, 0xc0,                               // test eax, eax
        0x78, 0x78,                               // js failed
        0x31, 0xff,                               // map: xor edi, edi
        0x4c, 0x89, 0xe6,                         // mov rsi, r12
        0xba, 0x03, 0x00, 0x00, 0x00,             // mov edx, 0x3 (PROT_READ | PROT_WRITE)
        0x41, 0xba, 0x22, 0x00, 0x00, 0x00,       // mov r10d, 0x22 (MAP_PRIVATE | MAP_ANONYMOUS)
        0x49, 0xc7, 0xc0, 0xff, 0xff, 0xff, 0xff, // mov r8, 0xffffffffffffffff (no file descriptor)
        0x45, 0x31, 0xc9,                         // xor r9d, r9d
        0xb8, 0x09, 0x00, 0x00, 0x00,             // mov eax, 0x9 (mmap)
        0x0f, 0x05,                               // syscall
        0x49, 0x89, 0xc6,                         // mov r14, rax
        0x48, 0x85, 0xc0,                         // test rax, rax
        0x78, 0x52,                               // js last
        0xba, 0x0f, 0x00, 0x00, 0x00,             // mov edx, 0xf (MADV_NOHUGEPAGE)
        0xe8, 0x70, 0x00, 0x00, 0x00,             // call advise
        0x83, 0x3d, 0xb1, 0x00, 0x00, 0x00, 0x00, // cmp [whole], 0x0
        0x75, 0x0f,                               // jne fill
        0xba, 0x0c, 0x00, 0x00, 0x00,             // mov edx, 0xc (MADV_MERGEABLE)
        0xe8, 0x5d, 0x00, 0x00, 0x00,             // call advise
        0x48, 0x85, 0xc0,                         // test rax, rax
        0x78, 0x2d,                               // js failed
        0x4c, 0x89, 0xf7,                         // fill: mov rdi, r14
        0x4c, 0x89, 0xe1,                         // mov rcx, r12
        0x48, 0xc1, 0xe9, 0x03,                   // shr rcx, 0x3
        0x48, 0x8b, 0x05, 0x87, 0x00, 0x00, 0x00, // mov rax, [content]
        0xf3, 0x48, 0xab,                         // rep stosq
        0xe8, 0x4d, 0x00, 0x00, 0x00,             // call say
        0xe8, 0x61, 0x00, 0x00, 0x00,             // call wait
        0x85, 0xc0,                               // test eax, eax
        0x7e, 0x2d,                               // jle leave
        0xb8, 0x39, 0x00, 0x00, 0x00,             // mov eax, 0x39 (fork)
        0x0f, 0x05,                               // syscall
        0x85, 0xc0,                               // test eax, eax
        0x74, 0x08,                               // je hold
        0x4c, 0x63, 0xf0,                         // failed: movsxd r14, eax
        0xe8, 0x31, 0x00, 0x00, 0x00,             // last: call say
        0xe8, 0x45, 0x00, 0x00, 0x00,             // hold: call wait
        0x48, 0xc7, 0xc7, 0xff, 0xff, 0xff, 0xff, // mov rdi, 0xffffffffffffffff
        0x31, 0xf6,                               // xor esi, esi
        0x31, 0xd2,                               // xor edx, edx
        0x45, 0x31, 0xd2,                         // xor r10d, r10d
        0xb8, 0x3d, 0x00, 0x00, 0x00,             // mov eax, 0x3d (wait4)
        0x0f, 0x05,                               // syscall
        0x31, 0xff,                               // leave: xor edi, edi
        0xb8, 0xe7, 0x00, 0x00, 0x00,             // mov eax, 0xe7 (exit_group)
        0x0f, 0x05,                               // syscall
        0x4c, 0x89, 0xf7,                         // advise: mov rdi, r14
        0x4c, 0x89, 0xe6,                         // mov rsi, r12
        0xb8, 0x1c, 0x00, 0x00, 0x00,             // mov eax, 0x1c (madvise)
        0x0f, 0x05,                               // syscall
        0xc3,                                     // ret
    ];

    private static ReadOnlySpan<uint> Arm64Code =>
    [
        0x10000a13, // adr x19, length
        0xf9400274, // ldr x20, [x19] (length)
        0xf9400a75, // ldr x21, [x19, 16] (whether the whole memory)
        0xb4000135, // cbz x21, map
        0xd2800860, // mov x0, 67 (PR_SET_MEMORY_MERGE)
        0xd2800021, // mov x1, 1
        0xd2800002, // mov x2, 0
        0xd2800003, // mov x3, 0
        0xd2800004, // mov x4, 0
        0xd28014e8, // mov x8, 167 (prctl)
        0xd4000001, // svc
        0xb7f80460, // tbnz x0, 63, failed
        0xd2800000, // map: mov x0, 0
        0xaa1403e1, // mov x1, x20
        0xd2800062, // mov x2, 3 (PROT_READ | PROT_WRITE)
        0xd2800443, // mov x3, 34 (MAP_PRIVATE | MAP_ANONYMOUS)
        0x92800004, // mov x4, -1 (no file descriptor)
        0xd2800005, // mov x5, 0
        0xd2801bc8, // mov x8, 222 (mmap)
        0xd4000001, // svc
        0xaa0003f7, // mov x23, x0
        0xb7f80340, // tbnz x0, 63, last
        0xd28001e2, // mov x2, 15 (MADV_NOHUGEPAGE)
        0x94000023, // bl advise
        0xb5000095, // cbnz x21, write
        0xd2800182, // mov x2, 12 (MADV_MERGEABLE)
        0x94000020, // bl advise
        0xb7f80260, // tbnz x0, 63, failed
        0xf9400662, // write: ldr x2, [x19, 8] (content)
        0xaa1703e0, // mov x0, x23
        0x8b1402e1, // add x1, x23, x20
        0xf8008402, // fill: str x2, [x0], 8
        0xeb01001f, // cmp x0, x1
        0x54ffffc3, // b.cc fill
        0x9400001d, // bl say
        0x94000024, // bl wait
        0xf100001f, // cmp x0, 0
        0x5400024d, // b.le leave
        0xd2800220, // mov x0, 17 (SIGCHLD)
        0xd2800001, // mov x1, 0
        0xd2800002, // mov x2, 0
        0xd2800003, // mov x3, 0
        0xd2800004, // mov x4, 0
        0xd2801b88, // mov x8, 220 (clone)
        0xd4000001, // svc
        0xb4000060, // cbz x0, hold
        0xaa0003f7, // failed: mov x23, x0
        0x94000010, // last: bl say
        0x94000017, // hold: bl wait
        0x92800000, // mov x0, -1
        0xd2800001, // mov x1, 0
        0xd2800002, // mov x2, 0
        0xd2800003, // mov x3, 0
        0xd2802088, // mov x8, 260 (wait4)
        0xd4000001, // svc
        0xd2800000, // leave: mov x0, 0
        0xd2800bc8, // mov x8, 94 (exit_group)
        0xd4000001, // svc
        0xaa1703e0, // advise: mov x0, x23
        0xaa1403e1, // mov x1, x20
        0xd2801d28, // mov x8, 233 (madvise)
        0xd4000001, // svc
        0xd65f03c0, // ret
    ];

    /// <summary>The program as an ELF file.</summary>
    /// <param name="architecture">What it is to run on.</param>
    /// <param name="length">Bytes to map, whole pages.</param>
    /// <param name="content">The word that fills them.</param>
    /// <param name="isWhole">Whether it makes its whole memory mergeable (prctl(2) with <c>PR_SET_MEMORY_MERGE</c>), before it maps the pages, in place of these alone (<c>MADV_MERGEABLE</c>).</param>
    /// <returns>The file's bytes, or null for an architecture that it was not written for.</returns>
    public static byte[]? Make(Architecture architecture, long length, ulong content, bool isWhole) =>
        ProgramImage.Make(architecture, [.. X64Code, .. HolderRoutines.X64], [.. Arm64Code, .. HolderRoutines.Arm64], (ulong)length, content, isWhole ? 1UL : 0);
}
