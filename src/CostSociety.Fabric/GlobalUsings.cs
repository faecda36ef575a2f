global using System.Runtime.InteropServices;

// Kernels keep small blocks on the stack; clearing them would cost more than filling them.
[module: System.Runtime.CompilerServices.SkipLocalsInit]
