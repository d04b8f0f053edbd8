using System.Runtime.InteropServices;
using KsmTools.Interop;

namespace KsmTools.Memory.Forked;

/// <summary>
/// A program of some 500 bytes that, once it is told to begin, maps slots beside each other, of memory that may be mergeable or with <c>holder FILE</c> of a file, has pages in
/// the first, and moves them to the second with mremap(2); then it forks two children, and each of them moves them to the next slot and forks two, to a given depth. Pages that
/// may be merged are written once more behind each move, so that each process has its own; others stay those of all processes. The program writes the address of the first slot to
/// standard output, and then every process its id with the depth below it in the upper half, or an errno negated instead, as eight bytes. All end with the end of standard input,
/// so none stays when the process that started them is killed.
/// </summary>
internal static class TreeHolderImage
{
    /// <summary>How many children each process forks.</summary>
    public const int Children = 2;

    private static ReadOnlySpan<byte> X64Code =>
    [
        0xe8, 0xa2, 0x01, 0x00, 0x00,             // call wait
        0x85, 0xc0,                               // test eax, eax
        0x0f, 0x8e, 0x22, 0x01, 0x00, 0x00,       // jle leave
        0x4c, 0x8b, 0x25, 0xac, 0x01, 0x00, 0x00, // mov r12, [slot]
        0x8b, 0x1d, 0xc6, 0x01, 0x00, 0x00,       // mov ebx, [depth]
        0x45, 0x31, 0xff,                         // xor r15d, r15d (fill)
        0x49, 0xc7, 0xc0, 0xff, 0xff, 0xff, 0xff, // mov r8, 0xffffffffffffffff (no file descriptor)
        0x41, 0xba, 0x22, 0x00, 0x00, 0x00,       // mov r10d, 0x22 (MAP_PRIVATE | MAP_ANONYMOUS)
        0x83, 0x3c, 0x24, 0x01,                   // cmp [rsp], 0x1 (argc)
        0x74, 0x20,                               // je map
        0x48, 0x8b, 0x7c, 0x24, 0x10,             // mov rdi, [rsp+0x10] (argv[1], the file)
        0xbe, 0x02, 0x00, 0x00, 0x00,             // mov esi, 0x2 (O_RDWR)
        0xb8, 0x02, 0x00, 0x00, 0x00,             // mov eax, 0x2 (open)
        0x0f, 0x05,                               // syscall
        0x49, 0x89, 0xc0,                         // mov r8, rax
        0x41, 0xba, 0x01, 0x00, 0x00, 0x00,       // mov r10d, 0x1 (MAP_SHARED)
        0x41, 0xbf, 0x01, 0x00, 0x00, 0x00,       // mov r15d, 0x1 (only look)
        0x31, 0xff,                               // map: xor edi, edi
        0x48, 0x8b, 0x35, 0x5f, 0x01, 0x00, 0x00, // mov rsi, [length]
        0xba, 0x03, 0x00, 0x00, 0x00,             // mov edx, 0x3 (PROT_READ | PROT_WRITE)
        0x45, 0x31, 0xc9,                         // xor r9d, r9d
        0xb8, 0x09, 0x00, 0x00, 0x00,             // mov eax, 0x9 (mmap)
        0x0f, 0x05,                               // syscall
        0x49, 0x89, 0xc6,                         // mov r14, rax
        0x48, 0x85, 0xc0,                         // test rax, rax
        0x0f, 0x88, 0x98, 0x00, 0x00, 0x00,       // js last
        0xba, 0x0f, 0x00, 0x00, 0x00,             // mov edx, 0xf (MADV_NOHUGEPAGE)
        0xe8, 0xba, 0x00, 0x00, 0x00,             // call advise
        0x83, 0x3d, 0x53, 0x01, 0x00, 0x00, 0x00, // cmp [mergeable], 0x0
        0x74, 0x0f,                               // je begin
        0xba, 0x0c, 0x00, 0x00, 0x00,             // mov edx, 0xc (MADV_MERGEABLE)
        0xe8, 0xa7, 0x00, 0x00, 0x00,             // call advise
        0x48, 0x85, 0xc0,                         // test rax, rax
        0x78, 0x73,                               // js failed
        0xe8, 0xaf, 0x00, 0x00, 0x00,             // begin: call touch
        0xe8, 0xee, 0x00, 0x00, 0x00,             // call say
        0x4c, 0x89, 0xf7,                         // move: mov rdi, r14
        0x4c, 0x89, 0xe6,                         // mov rsi, r12
        0x4c, 0x89, 0xe2,                         // mov rdx, r12
        0x41, 0xba, 0x03, 0x00, 0x00, 0x00,       // mov r10d, 0x3 (MREMAP_MAYMOVE | MREMAP_FIXED)
        0x4f, 0x8d, 0x04, 0x26,                   // lea r8, [r14+r12*1] (the next slot)
        0xb8, 0x19, 0x00, 0x00, 0x00,             // mov eax, 0x19 (mremap)
        0x0f, 0x05,                               // syscall
        0x48, 0x85, 0xc0,                         // test rax, rax
        0x78, 0x4a,                               // js failed
        0x49, 0x89, 0xc6,                         // mov r14, rax
        0xe8, 0x83, 0x00, 0x00, 0x00,             // call touch
        0x41, 0xbd, 0x02, 0x00, 0x00, 0x00,       // mov r13d, 0x2 (children)
        0x85, 0xdb,                               // test ebx, ebx
        0x74, 0x25,                               // je tell
        0x41, 0xff, 0xcd,                         // fork: dec r13d
        0x78, 0x20,                               // js tell
        0xb8, 0x39, 0x00, 0x00, 0x00,             // mov eax, 0x39 (fork)
        0x0f, 0x05,                               // syscall
        0x85, 0xc0,                               // test eax, eax
        0x78, 0x28,                               // js failed
        0x75, 0xee,                               // jne fork
        0xff, 0xcb,                               // dec ebx
        0x83, 0x3d, 0xec, 0x00, 0x00, 0x00, 0x00, // cmp [mergeable], 0x0
        0x75, 0xb2,                               // jne move
        0x41, 0xbf, 0x01, 0x00, 0x00, 0x00,       // mov r15d, 0x1 (only look)
        0xeb, 0xaa,                               // jmp move
        0xb8, 0x27, 0x00, 0x00, 0x00,             // tell: mov eax, 0x27 (getpid)
        0x0f, 0x05,                               // syscall
        0x41, 0x89, 0xde,                         // mov r14d, ebx
        0x49, 0xc1, 0xe6, 0x20,                   // shl r14, 0x20
        0x49, 0x09, 0xc6,                         // or r14, rax
        0xeb, 0x03,                               // jmp last
        0x4c, 0x63, 0xf0,                         // failed: movsxd r14, eax
        0xe8, 0x7d, 0x00, 0x00, 0x00,             // last: call say
        0xe8, 0x91, 0x00, 0x00, 0x00,             // call wait
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
        0x48, 0x8b, 0x35, 0x76, 0x00, 0x00, 0x00, // mov rsi, [length]
        0xb8, 0x1c, 0x00, 0x00, 0x00,             // mov eax, 0x1c (madvise)
        0x0f, 0x05,                               // syscall
        0xc3,                                     // ret
        0x4c, 0x89, 0xf7,                         // touch: mov rdi, r14
        0x45, 0x85, 0xff,                         // test r15d, r15d
        0x75, 0x29,                               // jne look
        0x48, 0x8b, 0x0d, 0x6f, 0x00, 0x00, 0x00, // mov rcx, [filled]
        0x48, 0xc1, 0xe9, 0x03,                   // shr rcx, 0x3
        0x48, 0x8b, 0x05, 0x6c, 0x00, 0x00, 0x00, // mov rax, [content]
        0xf3, 0x48, 0xab,                         // rep stosq
        0x4b, 0x8d, 0x0c, 0x26,                   // lea rcx, [r14+r12*1]
        0x48, 0x29, 0xf9,                         // sub rcx, rdi
        0x48, 0xc1, 0xe9, 0x03,                   // shr rcx, 0x3
        0x4c, 0x89, 0xf0,                         // mov rax, r14 (like nothing else)
        0xf3, 0x48, 0xab,                         // rep stosq
        0x4c, 0x89, 0xf7,                         // mov rdi, r14
        0x4b, 0x8d, 0x34, 0x26,                   // look: lea rsi, [r14+r12*1]
        0x8a, 0x07,                               // next: mov al, [rdi]
        0x48, 0x81, 0xc7, 0x00, 0x10, 0x00, 0x00, // add rdi, 0x1000 (the least page)
        0x48, 0x39, 0xf7,                         // cmp rdi, rsi
        0x72, 0xf2,                               // jb next
        0xc3,                                     // ret
    ];

    private static ReadOnlySpan<uint> Arm64Code =>
    [
        0x94000070, // bl wait
        0xf100001f, // cmp x0, 0
        0x540009ad, // b.le leave
        0x10000eb3, // adr x19, length
        0xf9400674, // ldr x20, [x19, 8] (slot)
        0xf9401675, // ldr x21, [x19, 40] (depth)
        0xf9401279, // ldr x25, [x19, 32] (mergeable)
        0xd2800016, // mov x22, 0 (fill)
        0x92800004, // mov x4, -1 (no file descriptor)
        0xd2800443, // mov x3, 34 (MAP_PRIVATE | MAP_ANONYMOUS)
        0xf94003e0, // ldr x0, [sp] (argc)
        0xf100041f, // cmp x0, 1
        0x54000140, // b.eq map
        0x92800c60, // mov x0, -100 (AT_FDCWD)
        0xf9400be1, // ldr x1, [sp, 16] (argv[1], the file)
        0xd2800042, // mov x2, 2 (O_RDWR)
        0xd2800003, // mov x3, 0
        0xd2800708, // mov x8, 56 (openat)
        0xd4000001, // svc
        0xaa0003e4, // mov x4, x0
        0xd2800023, // mov x3, 1 (MAP_SHARED)
        0xd2800036, // mov x22, 1 (only look)
        0xd2800000, // map: mov x0, 0
        0xf9400261, // ldr x1, [x19] (length)
        0xd2800062, // mov x2, 3 (PROT_READ | PROT_WRITE)
        0xd2800005, // mov x5, 0
        0xd2801bc8, // mov x8, 222 (mmap)
        0xd4000001, // svc
        0xaa0003f7, // mov x23, x0
        0xb7f80520, // tbnz x0, 63, last
        0xd28001e2, // mov x2, 15 (MADV_NOHUGEPAGE)
        0x94000033, // bl advise
        0xb4000099, // cbz x25, begin
        0xd2800182, // mov x2, 12 (MADV_MERGEABLE)
        0x94000030, // bl advise
        0xb7f80440, // tbnz x0, 63, failed
        0x94000033, // begin: bl touch
        0x94000043, // bl say
        0xaa1703e0, // move: mov x0, x23
        0xaa1403e1, // mov x1, x20
        0xaa1403e2, // mov x2, x20
        0xd2800063, // mov x3, 3 (MREMAP_MAYMOVE | MREMAP_FIXED)
        0x8b1402e4, // add x4, x23, x20 (the next slot)
        0xd2801b08, // mov x8, 216 (mremap)
        0xd4000001, // svc
        0xb7f80300, // tbnz x0, 63, failed
        0xaa0003f7, // mov x23, x0
        0x94000028, // bl touch
        0xd2800058, // mov x24, 2 (children)
        0xb4000215, // cbz x21, tell
        0xf1000718, // fork: subs x24, x24, 1
        0x540001c4, // b.mi tell
        0xd2800220, // mov x0, 17 (SIGCHLD)
        0xd2800001, // mov x1, 0
        0xd2800002, // mov x2, 0
        0xd2800003, // mov x3, 0
        0xd2800004, // mov x4, 0
        0xd2801b88, // mov x8, 220 (clone)
        0xd4000001, // svc
        0xb7f80140, // tbnz x0, 63, failed
        0xb5fffec0, // cbnz x0, fork
        0xd10006b5, // sub x21, x21, 1
        0xb5fffd19, // cbnz x25, move
        0xd2800036, // mov x22, 1 (only look)
        0x17ffffe6, // b move
        0xd2801588, // tell: mov x8, 172 (getpid)
        0xd4000001, // svc
        0xaa158017, // orr x23, x0, x21, lsl 32
        0x14000002, // b last
        0xaa0003f7, // failed: mov x23, x0
        0x94000022, // last: bl say
        0x94000029, // bl wait
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
        0xf9400261, // ldr x1, [x19] (length)
        0xd2801d28, // mov x8, 233 (madvise)
        0xd4000001, // svc
        0xd65f03c0, // ret
        0xaa1703e0, // touch: mov x0, x23
        0x8b1402e1, // add x1, x23, x20
        0xb5000156, // cbnz x22, look
        0xf9400a62, // ldr x2, [x19, 16] (filled)
        0x8b0202e2, // add x2, x23, x2
        0xf9400e63, // ldr x3, [x19, 24] (content)
        0xeb02001f, // fill: cmp x0, x2
        0x9a973064, // csel x4, x3, x23, cc (behind it like nothing else)
        0xf8008404, // str x4, [x0], 8
        0xeb01001f, // cmp x0, x1
        0x54ffff83, // b.cc fill
        0xaa1703e0, // mov x0, x23
        0x39400004, // look: ldrb w4, [x0]
        0x91400400, // add x0, x0, 4096 (the least page)
        0xeb01001f, // cmp x0, x1
        0x54ffffa3, // b.cc look
        0xd65f03c0, // ret
    ];

    /// <summary>The program as an ELF file.</summary>
    /// <param name="architecture">What it is to run on.</param>
    /// <param name="slot">Bytes of a slot, whole pages.</param>
    /// <param name="filled">How many of them are filled with <paramref name="content"/>; what is behind them is unlike anything else.</param>
    /// <param name="content">The word that fills them. A file has its own.</param>
    /// <param name="isMergeable">Whether ksmd may merge them.</param>
    /// <param name="depth">How many levels of processes there are below the first.</param>
    /// <returns>The file's bytes, or null for an architecture that it was not written for.</returns>
    public static byte[]? Make(Architecture architecture, long slot, long filled, ulong content, bool isMergeable, int depth) => ProgramImage.Make(
        architecture, [.. X64Code, .. HolderRoutines.X64], [.. Arm64Code, .. HolderRoutines.Arm64], (ulong)(slot * (depth + 2)), (ulong)slot, (ulong)filled, content, isMergeable ? 1UL : 0, (ulong)depth);
}
