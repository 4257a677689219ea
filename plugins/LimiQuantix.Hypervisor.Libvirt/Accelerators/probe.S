# The guest that the accelerator probe runs: the last 1 KiB of a 64 KiB firmware. It does what a kernel's first moments
# do and a broken KVM does not survive: interrupts and their return in real and in protected mode, paging, long mode, and timer
# interrupts that wake a halted processor. Then it writes 42 to the isa-debug-exit device, and QEMU exits with 85.
#
#   as --64 probe.S -o probe.o && ld -Ttext 0xffc00 --oformat binary probe.o -o probe.bin
#
# ProbeFirmware.cs holds the result; a test assembles this file again and compares.
        .code16
        .globl _start
_start: cli
        xorw %ax, %ax
        movw %ax, %ds
        movw %ax, %ss
        movw $0x7000, %sp
        movw $(real - _start + 0xfc00), 0x100             # interrupt 0x40 of the real-mode table
        movw $0xf000, 0x102
        movw $0, 0x500
        int $0x40
        cmpw $1, 0x500
        jne fail
        lgdtl %cs:(gdtr - _start + 0xfc00)
        movl %cr0, %eax
        orb $1, %al
        movl %eax, %cr0
        ljmpl $0x08, $prot
real:   incw 0x500
        iret
fail:   movb $1, %al
        outb %al, $0xf4
        hlt
        jmp fail

        .code32
prot:   movl $0x10, %eax
        movl %eax, %ds
        movl %eax, %es
        movl %eax, %ss
        movl $0x7000, %esp
        movl $inc32, %eax               # interrupt 0x40 of a protected-mode table at 0
        movw %ax, 0x200
        movw $0x08, 0x202
        movw $0x8e00, 0x204
        shrl $16, %eax
        movw %ax, 0x206
        lidtl idt32
        int $0x40
        cmpw $2, 0x500
        jne fail
        movl $0x1ff, 0xfee000f0         # the local APIC on, the old interrupt controller through it
        movl $0x700, 0xfee00350
        movl $0x10000, %edi             # three tables: the first 2 MiB mapped to themselves
        xorl %eax, %eax
        movl $0xc00, %ecx
        rep stosl
        movl $0x11003, 0x10000
        movl $0x12003, 0x11000
        movl $0x83, 0x12000
        movl $0x10000, %eax
        movl %eax, %cr3
        movl $0x20, %eax                # PAE
        movl %eax, %cr4
        movl $0xc0000080, %ecx          # EFER.LME
        rdmsr
        orl $0x100, %eax
        wrmsr
        movl %cr0, %eax
        orl $0x80000000, %eax
        movl %eax, %cr0
        ljmpl $0x18, $long

inc32:  incw 0x500
        iretl

        .code64
long:   movl $0x1200, %edi              # the gate of vector 0x20
        movl $tick, %eax
        movw %ax, (%rdi)
        movw $0x18, 2(%rdi)
        movw $0x8e00, 4(%rdi)
        shrl $16, %eax
        movw %ax, 6(%rdi)
        movl $0, 8(%rdi)
        movl $0, 12(%rdi)
        lidt idtr
        movb $0x11, %al                 # both interrupt controllers: vectors from 0x20, only the timer
        outb %al, $0x20
        outb %al, $0xa0
        movb $0x20, %al
        outb %al, $0x21
        movb $0x28, %al
        outb %al, $0xa1
        movb $4, %al
        outb %al, $0x21
        movb $2, %al
        outb %al, $0xa1
        movb $1, %al
        outb %al, $0x21
        outb %al, $0xa1
        movb $0xfe, %al
        outb %al, $0x21
        movb $0xff, %al
        outb %al, $0xa1
        movb $0x34, %al                 # the timer: 1193182 Hz / 11932, a hundred times a second
        outb %al, $0x43
        movb $0x9c, %al
        outb %al, $0x40
        movb $0x2e, %al
        outb %al, $0x40
        movl $0, 0x600
        sti
wait:   hlt
        cmpl $3, 0x600
        jb wait
        movb $42, %al
        outb %al, $0xf4
halt:   hlt
        jmp halt
tick:   pushq %rax
        incl 0x600
        movb $0x20, %al
        outb %al, $0x20
        popq %rax
        iretq

        .balign 8
gdt:    .quad 0
        .quad 0x00cf9b000000ffff        # 0x08: 32-bit code
        .quad 0x00cf93000000ffff        # 0x10: data
        .quad 0x00af9b000000ffff        # 0x18: 64-bit code
gdtr:   .word 31
        .long gdt
idt32:  .word 0x207
        .long 0
idtr:   .word 0x20f
        .quad 0x1000
        .code16
        .org 0x3f0                      # where the processor begins
        ljmpw $0xf000, $0xfc00
        .org 0x400
