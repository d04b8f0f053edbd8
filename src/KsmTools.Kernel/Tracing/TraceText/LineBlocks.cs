using KsmTools.Tracing.TraceFiles;

namespace KsmTools.Tracing.TraceText;

/// <summary>
/// Cuts a trace into blocks of whole lines. Bytes behind the last newline wait for the next block. A line that is longer than any
/// trace's is passed over, and the block that comes next says so.
/// </summary>
/// <param name="file">The trace.</param>
/// <param name="blockSize">About how many bytes a block gets.</param>
/// <param name="readSize">The most bytes of a read.</param>
/// <param name="withStacks">Whether a call chain must not be cut, so that the last event waits until it is known where its chain ends.</param>
internal sealed class LineBlocks(TraceFile file, int blockSize, int readSize, bool withStacks)
{
    /// <summary>The longest line; the kernel's own limit is one page (TRACE_SEQ_BUFFER_SIZE, 8 KiB since Linux 6.8).</summary>
    public const int LongestLine = 1 << 18;

    private byte[] _rest = new byte[4096];
    private int _restLength;
    private bool _skipping;
    private bool _ended;

    /// <summary>Fills a block with the next lines.</summary>
    /// <param name="block">The block.</param>
    /// <returns>False once there are no more.</returns>
    public bool TryFill(TextBlock block)
    {
        block.Clear();
        if (_ended)
        {
            return false;
        }

        Reserve(block, Math.Max(blockSize, _restLength), 0);
        _rest.AsSpan(0, _restLength).CopyTo(block.Text);
        int length = _restLength;
        int searched = 0;
        _restLength = 0;
        while (true)
        {
            Reserve(block, length + 1, length);
            int room = Math.Min(block.Text.Length - NativeLine.Reach - length, readSize);
            int count = file.Read(block.Text.AsSpan(length, room));
            if (count == 0)
            {
                _ended = true;
                block.Length = length;
                block.EndsOpen = true;
                return true;
            }

            length += count;
            int start = 0;
            if (_skipping)
            {
                int end = block.Text.AsSpan(0, length).IndexOf((byte)'\n');
                if (end < 0)
                {
                    length = 0;
                    continue;
                }

                _skipping = false;
                start = end + 1;
                block.Text.AsSpan(start, length - start).CopyTo(block.Text);
                length -= start;
                searched = 0;
            }

            // A pipe gives what it has: whole lines are passed on at once. A file fills the block first.
            bool isFull = !file.IsSeekable || length >= blockSize;
            if (!isFull)
            {
                continue;
            }

            int lines = block.Text.AsSpan(searched, length - searched).LastIndexOf((byte)'\n') + 1;
            lines = lines == 0 ? 0 : searched + lines;

            // A chain that has no end is cut, for no kernel's is so long.
            int whole = withStacks ? BeforeLastEvent(block.Text.AsSpan(0, lines)) : lines;
            whole = whole == 0 && length >= LongestLine ? lines : whole;
            if (whole > 0)
            {
                Keep(block, whole, length);
                return true;
            }

            searched = withStacks ? 0 : length;
            if (length >= LongestLine)
            {
                block.TooLong.Add(block.Text.AsSpan(0, length), block.TooLong.Count);
                _skipping = true;
                length = 0;
                searched = 0;
            }
        }
    }

    // Whole lines, the last of which is no frame of a chain; 0 where there is but one event.
    private static int BeforeLastEvent(ReadOnlySpan<byte> lines)
    {
        int end = lines.Length;
        while (end > 0)
        {
            int start = lines[..(end - 1)].LastIndexOf((byte)'\n') + 1;
            if (!StackLines.IsFrame(lines[start..end]))
            {
                return start;
            }

            end = start;
        }

        return 0;
    }

    private static void Reserve(TextBlock block, int length, int used)
    {
        if (block.Text.Length >= length + NativeLine.Reach)
        {
            return;
        }

        byte[] text = new byte[Math.Max(length, block.Text.Length * 2) + NativeLine.Reach];
        block.Text.AsSpan(0, used).CopyTo(text);
        block.Text = text;
    }

    private void Keep(TextBlock block, int end, int length)
    {
        _restLength = length - end;
        if (_restLength > _rest.Length)
        {
            _rest = new byte[Math.Max(_restLength, _rest.Length * 2)];
        }

        block.Text.AsSpan(end, _restLength).CopyTo(_rest);
        block.Length = end;
        block.EndsOpen = false;
    }
}
