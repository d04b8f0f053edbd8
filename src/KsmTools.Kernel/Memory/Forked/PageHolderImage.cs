using System.Runtime.InteropServices;
using KsmTools.Interop;

namespace KsmTools.Memory.Forked;

/// <summary>
/// A program of some 350 bytes that maps pages, anonymous ones or with <c>holder FILE</c> those of a file, forks children that have them too, and holds them until its
/// standard input ends. Of pages that ksmd is to merge each child makes its own, equal to the parent's. The program writes the address of the first page, which is the same in all,
/// and then every child its process id, or the errno negated, as eight bytes to standard output once the pages are theirs. The children end by the same end of input, so none stays when
/// the process that started it is killed.
/// </summary>
internal static class PageHolderImage
{
    private static ReadOnlySpan<byte> X64Code =>
    [
        0x4c, 0x8b, 0x25, 0x41, 0x01, 0x00, 0x00, // mov r12, [length]
        0x8b, 0x1d, 0x4b, 0x01, 0x00, 0x00,       // mov ebx, [children]
        0x49, 0xc7, 0xc0, 0xff, 0xff, 0xff, 0xff, // mov r8, 0xffffffffffffffff (no file descriptor)
        0x41, 0xba, 0x22, 0x00, 0x00, 0x00,       // mov r10d, 0x22 (MAP_PRIVATE | MAP_ANONYMOUS)
        0x48, 0x83, 0x3c, 0x24, 0x01,             // cmp [rsp], 0x1 (argc)
        0x74, 0x1a,                               // je map
        0x48, 0x8b, 0x7c, 0x24, 0x10,             // mov rdi, [rsp+0x10] (argv[1], the file)
        0xbe, 0x02, 0x00, 0x00, 0x00,             // mov esi, 0x2 (O_RDWR)
        0xb8, 0x02, 0x00, 0x00, 0x00,             // mov eax, 0x2 (open)
        0x0f, 0x05,                               // syscall
        0x49, 0x89, 0xc0,                         // mov r8, rax
        0x41, 0xba, 0x01, 0x00, 0x00, 0x00,       // mov r10d, 0x1 (MAP_SHARED)
        0x45, 0x89, 0xd5,                         // map: mov r13d, r10d
        0x31, 0xff,                               // xor edi, edi
        0x4c, 0x89, 0xe6,                         // mov rsi, r12
        0xba, 0x03, 0x00, 0x00, 0x00,             // mov edx, 0x3 (PROT_READ | PROT_WRITE)
        0x45, 0x31, 0xc9,                         // xor r9d, r9d
        0xb8, 0x09, 0x00, 0x00, 0x00,             // mov eax, 0x9 (mmap)
        0x0f, 0x05,                               // syscall
        0x49, 0x89, 0xc6,                         // mov r14, rax
        0x48, 0x85, 0xc0,                         // test rax, rax
        0x78, 0x6a,                               // js last
        0xba, 0x0f, 0x00, 0x00, 0x00,             // mov edx, 0xf (MADV_NOHUGEPAGE)
        0xe8, 0x8c, 0x00, 0x00, 0x00,             // call advise
        0x83, 0x3d, 0xf5, 0x00, 0x00, 0x00, 0x00, // cmp [merged], 0x0
        0x74, 0x0f,                               // je first
        0xba, 0x0c, 0x00, 0x00, 0x00,             // mov edx, 0xc (MADV_MERGEABLE)
        0xe8, 0x79, 0x00, 0x00, 0x00,             // call advise
        0x48, 0x85, 0xc0,                         // test rax, rax
        0x78, 0x45,                               // js failed
        0xe8, 0x7d, 0x00, 0x00, 0x00,             // first: call touch
        0xe8, 0x97, 0x00, 0x00, 0x00,             // call say
        0xff, 0xcb,                               // fork: dec ebx
        0x78, 0x3f,                               // js hold
        0xb8, 0x39, 0x00, 0x00, 0x00,             // mov eax, 0x39 (fork)
        0x0f, 0x05,                               // syscall
        0x85, 0xc0,                               // test eax, eax
        0x78, 0x2c,                               // js failed
        0x75, 0xef,                               // jne fork
        0x83, 0x3d, 0xc2, 0x00, 0x00, 0x00, 0x00, // cmp [merged], 0x0
        0x75, 0x06,                               // jne own
        0x41, 0xbd, 0x01, 0x00, 0x00, 0x00,       // mov r13d, 0x1 (only look)
        0xe8, 0x53, 0x00, 0x00, 0x00,             // own: call touch
        0xb8, 0x27, 0x00, 0x00, 0x00,             // mov eax, 0x27 (getpid)
        0x0f, 0x05,                               // syscall
        0x49, 0x89, 0xc6,                         // mov r14, rax
        0xe8, 0x63, 0x00, 0x00, 0x00,             // call say
        0xe8, 0x77, 0x00, 0x00, 0x00,             // call wait
        0xeb, 0x26,                               // jmp leave
        0x4c, 0x63, 0xf0,                         // failed: movsxd r14, eax
        0xe8, 0x54, 0x00, 0x00, 0x00,             // last: call say
        0xe8, 0x68, 0x00, 0x00, 0x00,             // hold: call wait
        0x48, 0xc7, 0xc7, 0xff, 0xff, 0xff, 0xff, // reap: mov rdi, 0xffffffffffffffff
        0x31, 0xf6,                               // xor esi, esi
        0x31, 0xd2,                               // xor edx, edx
        0x45, 0x31, 0xd2,                         // xor r10d, r10d
        0xb8, 0x3d, 0x00, 0x00, 0x00,             // mov eax, 0x3d (wait4)
        0x0f, 0x05,                               // syscall
        0x85, 0xc0,                               // test eax, eax
        0x79, 0xe7,                               // jns reap
        0x31, 0xff,                               // leave: xor edi, edi
        0xb8, 0xe7, 0x00, 0x00, 0x00,             // mov eax, 0xe7 (exit_group)
        0x0f, 0x05,                               // syscall
        0x4c, 0x89, 0xf7,                         // advise: mov rdi, r14
        0x4c, 0x89, 0xe6,                         // mov rsi, r12
        0xb8, 0x1c, 0x00, 0x00, 0x00,             // mov eax, 0x1c (madvise)
        0x0f, 0x05,                               // syscall
        0xc3,                                     // ret
        0x4c, 0x89, 0xf7,                         // touch: mov rdi, r14
        0x4b, 0x8d, 0x34, 0x26,                   // lea rsi, [r14+r12*1]
        0x41, 0x83, 0xfd, 0x01,                   // next: cmp r13d, 0x1
        0x74, 0x03,                               // je look
        0x48, 0x89, 0x3f,                         // mov [rdi], rdi
        0x8a, 0x07,                               // look: mov al, [rdi]
        0x48, 0x03, 0x3d, 0x39, 0x00, 0x00, 0x00, // add rdi, [page]
        0x48, 0x39, 0xf7,                         // cmp rdi, rsi
        0x72, 0xe9,                               // jb next
        0xc3,                                     // ret
    ];

    private static ReadOnlySpan<uint> Arm64Code =>
    [
        0x10000c93, // adr x19, length
        0xf9400274, // ldr x20, [x19] (length)
        0xf9400a75, // ldr x21, [x19, 16] (children)
        0x92800004, // mov x4, -1 (no file descriptor)
        0xd2800443, // mov x3, 34 (MAP_PRIVATE | MAP_ANONYMOUS)
        0xf94003e0, // ldr x0, [sp] (argc)
        0xf100041f, // cmp x0, 1
        0x54000120, // b.eq map
        0x92800c60, // mov x0, -100 (AT_FDCWD)
        0xf9400be1, // ldr x1, [sp, 16] (argv[1], the file)
        0xd2800042, // mov x2, 2 (O_RDWR)
        0xd2800003, // mov x3, 0
        0xd2800708, // mov x8, 56 (openat)
        0xd4000001, // svc
        0xaa0003e4, // mov x4, x0
        0xd2800023, // mov x3, 1 (MAP_SHARED)
        0xaa0303f6, // map: mov x22, x3
        0xd2800000, // mov x0, 0
        0xaa1403e1, // mov x1, x20
        0xd2800062, // mov x2, 3 (PROT_READ | PROT_WRITE)
        0xd2800005, // mov x5, 0
        0xd2801bc8, // mov x8, 222 (mmap)
        0xd4000001, // svc
        0xaa0003f7, // mov x23, x0
        0xb7f803e0, // tbnz x0, 63, last
        0xd28001e2, // mov x2, 15 (MADV_NOHUGEPAGE)
        0x94000029, // bl advise
        0xf9400e78, // ldr x24, [x19, 24] (merged)
        0xb4000098, // cbz x24, first
        0xd2800182, // mov x2, 12 (MADV_MERGEABLE)
        0x94000025, // bl advise
        0xb7f802e0, // tbnz x0, 63, failed
        0x94000028, // first: bl touch
        0x94000032, // bl say
        0xf10006b5, // fork: subs x21, x21, 1
        0x540002a4, // b.mi hold
        0xd2800220, // mov x0, 17 (SIGCHLD)
        0xd2800001, // mov x1, 0
        0xd2800002, // mov x2, 0
        0xd2800003, // mov x3, 0
        0xd2800004, // mov x4, 0
        0xd2801b88, // mov x8, 220 (clone)
        0xd4000001, // svc
        0xb7f80160, // tbnz x0, 63, failed
        0xb5fffec0, // cbnz x0, fork
        0xb5000058, // cbnz x24, own
        0xd2800036, // mov x22, 1 (only look)
        0x94000019, // own: bl touch
        0xd2801588, // mov x8, 172 (getpid)
        0xd4000001, // svc
        0xaa0003f7, // mov x23, x0
        0x94000020, // bl say
        0x94000027, // bl wait
        0x1400000b, // b leave
        0xaa0003f7, // failed: mov x23, x0
        0x9400001c, // last: bl say
        0x94000023, // hold: bl wait
        0x92800000, // reap: mov x0, -1
        0xd2800001, // mov x1, 0
        0xd2800002, // mov x2, 0
        0xd2800003, // mov x3, 0
        0xd2802088, // mov x8, 260 (wait4)
        0xd4000001, // svc
        0xb6ffff40, // tbz x0, 63, reap
        0xd2800000, // leave: mov x0, 0
        0xd2800bc8, // mov x8, 94 (exit_group)
        0xd4000001, // svc
        0xaa1703e0, // advise: mov x0, x23
        0xaa1403e1, // mov x1, x20
        0xd2801d28, // mov x8, 233 (madvise)
        0xd4000001, // svc
        0xd65f03c0, // ret
        0xf9400662, // touch: ldr x2, [x19, 8] (page size)
        0xaa1703e0, // mov x0, x23
        0x8b1402e1, // add x1, x23, x20
        0xf10006df, // next: cmp x22, 1
        0x54000040, // b.eq look
        0xf9000000, // str x0, [x0]
        0x39400003, // look: ldrb w3, [x0]
        0x8b020000, // add x0, x0, x2
        0xeb01001f, // cmp x0, x1
        0x54ffff43, // b.cc next
        0xd65f03c0, // ret
    ];

    /// <summary>The program as an ELF file.</summary>
    /// <param name="architecture">What it is to run on.</param>
    /// <param name="length">Bytes to map.</param>
    /// <param name="pageSize">Bytes of a page.</param>
    /// <param name="children">How many children to fork.</param>
    /// <param name="areMerged">Whether ksmd is to merge the pages of the processes.</param>
    /// <returns>The file's bytes, or null for an architecture that it was not written for.</returns>
    public static byte[]? Make(Architecture architecture, long length, int pageSize, int children, bool areMerged) =>
        ProgramImage.Make(architecture, [.. X64Code, .. HolderRoutines.X64], [.. Arm64Code, .. HolderRoutines.Arm64], (ulong)length, (ulong)pageSize, (ulong)children, areMerged ? 1UL : 0);
}
