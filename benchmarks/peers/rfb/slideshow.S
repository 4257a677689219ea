# A guest of one sector: shows the frames that follow on its disk one after the other, 1024 by 768 in 32 bits, for ever.
# FRAMES is how many there are; each begins on the disk where the one before ended, the first in sector 1.
  .code16
  .globl _start
_start:
  cli
  xor %ax, %ax
  mov %ax, %ds
  mov %ax, %ss
  mov $0x7c00, %sp
  sti
  mov %dl, drive
  mov $0x4f02, %ax              # VBE: 1024 by 768 in 32 bits, by banks
  mov $0x144, %bx
  int $0x10
again:
  movl $1, block
  movw $FRAMES, left
frame:
  xor %bx, %bx
bank:
  push %bx
  mov $0x2000, %ax              # 64 KiB from the disk, in two halves
  call read
  mov $0x2800, %ax
  call read
  pop %bx
  mov $0x1ce, %dx               # Bochs' register of the bank
  mov $5, %ax
  out %ax, %dx
  inc %dx
  mov %bx, %ax
  out %ax, %dx
  push %ds
  mov $0x2000, %ax
  mov %ax, %ds
  mov $0xa000, %ax
  mov %ax, %es
  xor %si, %si
  xor %di, %di
  mov $0x4000, %cx
  cld
  rep movsl
  pop %ds
  inc %bx
  cmp $48, %bx
  jb bank
  decw left
  jnz frame
  jmp again
read:
  mov %ax, segment
  mov $0x42, %ah
  mov drive, %dl
  mov $packet, %si
  int $0x13
  addl $64, block
  ret
drive: .byte 0
left: .word 0
packet: .byte 16, 0
  .word 64, 0
segment: .word 0
block: .long 0, 0
  .org 510
  .word 0xaa55
