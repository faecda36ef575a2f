using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace CostSociety.Peers.Torch;

/// <summary>
/// Sees to it that TorchSharp loads. Its library asks for version 3.4.32 of libstdc++ (GCC 13), and Debian 12 ends at
/// 3.4.30; the one symbol behind that is never called, since GCC 13 names it in every file that includes iostream. Where
/// loading fails for that reason, the copy in the output folder of this program is changed so that the version is wished
/// for, not needed. Nothing that is installed is touched.
/// </summary>
internal static class NativeTorch
{
    private const string Library = "libLibTorchSharp.so";
    private const string Version = "GLIBCXX_3.4.32";
    private const uint VersionNeeds = 0x6ffffffe;
    private const ushort Weak = 2;

    /// <summary>Loads the library, changed if need be; gives a sentence about what was done, or null.</summary>
    public static string? Prepare()
    {
        string path = Path.Combine(AppContext.BaseDirectory, Library);
        if (!OperatingSystem.IsLinux() || !File.Exists(path))
            return null;
        try
        {
            NativeLibrary.Load(path);
            return null;
        }
        catch (DllNotFoundException failure) when (failure.Message.Contains(Version, StringComparison.Ordinal))
        {
            Change(path);
            NativeLibrary.Load(path);
            return $"{Library} needs {Version}, which this system's libstdc++ does not have: its copy in {AppContext.BaseDirectory} now only wishes for it";
        }
    }

    /// <summary>A new file in place of the old, which may be a link or mapped.</summary>
    private static void Change(string path)
    {
        byte[] image = File.ReadAllBytes(path);
        if (!MakeWeak(image))
            throw new InvalidDataException($"{path} asks for {Version}, but no entry of its version table says so; run this on a system with GCC 13 or newer");
        File.WriteAllBytes(path + ".new", image);
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Walks the table of needed versions of a 64-bit ELF file and sets the weak flag where the version stands.</summary>
    private static bool MakeWeak(byte[] image)
    {
        long table = Long(image, 0x28);
        int size = Short(image, 0x3A), count = Short(image, 0x3C);
        bool found = false;
        for (int i = 0; i < count; i++)
        {
            int section = (int)table + i * size;
            if (Int(image, section + 4) != VersionNeeds)
                continue;
            int strings = (int)Long(image, (int)table + (int)Int(image, section + 0x28) * size + 0x18);
            found |= MakeWeak(image, (int)Long(image, section + 0x18), strings);
        }
        return found;
    }

    /// <summary>Libraries form one list, the versions needed of each another; every link is a distance in bytes, 0 at the end.</summary>
    private static bool MakeWeak(byte[] image, int library, int strings)
    {
        bool found = false;
        for (int next = -1; next != 0; library += next)
        {
            int version = library + (int)Int(image, library + 8);
            for (int step = -1; step != 0; version += step)
            {
                if (Text(image, strings + (int)Int(image, version + 8)) == Version)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(version + 4), Weak);
                    found = true;
                }
                step = (int)Int(image, version + 12);
            }
            next = (int)Int(image, library + 12);
        }
        return found;
    }

    private static string Text(byte[] image, int at) => Encoding.ASCII.GetString(image.AsSpan(at, Array.IndexOf(image, (byte)0, at) - at));

    private static ushort Short(byte[] image, int at) => BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(at));

    private static uint Int(byte[] image, int at) => BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(at));

    private static long Long(byte[] image, int at) => BinaryPrimitives.ReadInt64LittleEndian(image.AsSpan(at));
}
