using System.IO.Compression;
using KsmTools.Errors;

namespace KsmTools.Tracing.TraceFiles;

/// <summary>
/// Unpacks gzip data of one or more members and knows whether it ended where it should. <see cref="GZipStream"/> takes data that is cut
/// off for a regular end; so after that end one more member is fed to it, and only if that comes out whole did the data before it end whole.
/// </summary>
internal sealed class GzipMembers : ReadOnceStream
{
    private static readonly byte[] Probe = "ksmtools"u8.ToArray();
    private static readonly byte[] PackedProbe = Pack(Probe);

    private readonly Stream _file;
    private readonly string _path;
    private readonly long _start;
    private GZipStream _gzip;
    private long _given;
    private bool _isDamaged;
    private int _probeGiven = PackedProbe.Length;
    private bool _ended;

    public GzipMembers(Stream file, string path)
    {
        _file = file;
        _path = path;
        _start = file.CanSeek ? file.Position : 0;
        _gzip = new GZipStream(new Source(this), CompressionMode.Decompress);
    }

    /// <summary>Why the data ended early; known once <see cref="Read(Span{byte})"/> has given 0.</summary>
    public KsmToolsException? Failure { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        if (_ended || buffer.IsEmpty)
        {
            return 0;
        }

        int count = ReadSome(buffer);
        if (count > 0)
        {
            _given += count;
            return count;
        }

        _ended = true;
        if (Failure is null && !EndsWhole())
        {
            Failure = new KsmToolsException(
                ErrorReason.TraceTruncated, _path, Text.Format(Messages.GzipTruncated, _path), Messages.TraceTruncatedAction);
        }

        return 0;
    }

    // What is unpacked together with the damage is gone with it. Where that can be read again, it comes byte by byte.
    private int ReadSome(Span<byte> buffer)
    {
        try
        {
            return _gzip.Read(_isDamaged ? buffer[..1] : buffer);
        }
        catch (InvalidDataException exception)
        {
            if (!_isDamaged && TryReturn())
            {
                _isDamaged = true;
                return ReadSome(buffer);
            }

            Failure = new KsmToolsException(
                ErrorReason.TraceCorrupt, _path, Text.Format(Messages.GzipCorrupt, _path), Messages.GzipCorruptAction, null, exception);
            return 0;
        }
    }

    // Unpacks anew what was given already.
    private bool TryReturn()
    {
        if (!_file.CanSeek)
        {
            return false;
        }

        _file.Position = _start;
        _gzip.Dispose();
        _gzip = new GZipStream(new Source(this), CompressionMode.Decompress);
        byte[] passed = new byte[Math.Min(_given, 1 << 16)];
        long left = _given;
        try
        {
            while (left > 0 && _gzip.Read(passed.AsSpan(0, (int)Math.Min(passed.Length, left))) is > 0 and var count)
            {
                left -= count;
            }
        }
        catch (InvalidDataException)
        {
            // The damage comes right behind what was given.
        }

        return left == 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gzip.Dispose();
        }

        base.Dispose(disposing);
    }

    private static byte[] Pack(byte[] data)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(data);
        }

        return packed.ToArray();
    }

    private bool EndsWhole()
    {
        _probeGiven = 0;
        byte[] output = new byte[Probe.Length + 1];
        int length = 0;
        try
        {
            while (length < output.Length && _gzip.Read(output.AsSpan(length)) is > 0 and var count)
            {
                length += count;
            }
        }
        catch (InvalidDataException)
        {
            return false;
        }

        return output.AsSpan(0, length).SequenceEqual(Probe);
    }

    /// <summary>The file, and after its end the probe once it is asked for.</summary>
    private sealed class Source(GzipMembers owner) : ReadOnceStream
    {
        public override int Read(Span<byte> buffer)
        {
            if (!owner._ended)
            {
                return owner._file.Read(buffer);
            }

            ReadOnlySpan<byte> rest = PackedProbe.AsSpan(owner._probeGiven);
            int count = Math.Min(buffer.Length, rest.Length);
            rest[..count].CopyTo(buffer);
            owner._probeGiven += count;
            return count;
        }
    }
}
