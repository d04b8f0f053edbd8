using System.IO.Compression;
using KsmTools.Errors;

namespace KsmTools.Tracing.TraceFiles;

/// <summary>
/// Unpacks gzip data of one or more members and knows whether it ended where it should. <see cref="GZipStream"/> takes data that is cut
/// off for a regular end; so after that end one more member is fed to it, and only if that comes out whole did the data before it end whole.
/// </summary>
internal sealed class GzipMembers : ReadOnceStream
{
    private const int Piece = 256;

    private static readonly byte[] Probe = "ksmtools"u8.ToArray();
    private static readonly byte[] PackedProbe = Pack(Probe);

    private readonly Stream _file;
    private readonly string _path;
    private readonly GZipStream _gzip;
    private int _probeGiven = PackedProbe.Length;
    private bool _ended;

    public GzipMembers(Stream file, string path)
    {
        _file = file;
        _path = path;
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

        int count = 0;
        try
        {
            // What is unpacked together with the damage is gone with it: little at a time. A pipe gives what it has.
            do
            {
                int more = _gzip.Read(buffer.Slice(count, Math.Min(Piece, buffer.Length - count)));
                if (more == 0)
                {
                    break;
                }

                count += more;
            }
            while (_file.CanSeek && count < buffer.Length);
        }
        catch (InvalidDataException exception)
        {
            Failure = new KsmToolsException(
                ErrorReason.TraceCorrupt, _path, Text.Format(Messages.GzipCorrupt, _path), Messages.GzipCorruptAction, null, exception);
        }

        if (count > 0)
        {
            _ended = Failure is not null;
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
