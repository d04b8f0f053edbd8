using System.Runtime.InteropServices;

namespace KsmTools.Potential;

/// <summary>
/// The chains of stable nodes that ksmd makes of contents with more mappings than one KSM page takes (<c>stable_node_dup</c>, mm/ksm.c), where frames have several mappings each.
/// </summary>
/// <remarks>
/// ksmd looks at one mapping after the other. A mapping of a frame that is a KSM page joins that page's node, beyond <c>max_page_sharing</c> too. Any other one goes to a node with room.
/// Where none has, it waits in the unstable tree for a mapping of another frame, which becomes the next KSM page. So a KSM page takes between one and
/// <c>max_page_sharing</c> - 1 mappings of other frames, a new one is made only when all are full, and all that is left in the end is of one frame.
/// </remarks>
internal static class StableChains
{
    /// <summary>Adds to contents what comes of them, where that is not told by their numbers.</summary>
    /// <param name="contents">How often each content was met.</param>
    /// <param name="pages">The content of each page, by processes and addresses.</param>
    /// <param name="shared">The frames that several mappings have.</param>
    /// <param name="special">What is known of contents so far.</param>
    /// <param name="maxPageSharing">Mappings that one KSM page takes.</param>
    public static void Add(ContentTable contents, PageList pages, SharedFrames shared, Dictionary<int, ContentFrames> special, int maxPageSharing)
    {
        if (maxPageSharing == int.MaxValue || !shared.HasFamilies)
        {
            return;
        }

        SharedFrame[] frames = shared.ByNumber();
        Dictionary<int, Members> members = frames.Where(frame => frame.Seen > 1 && Passes(contents[frame.Content], special.GetValueOrDefault(frame.Content), maxPageSharing))
            .Select(frame => frame.Content)
            .Distinct()
            .ToDictionary(content => content, _ => new Members());
        if (members.Count == 0)
        {
            return;
        }

        long next = 0;
        for (long page = 0; page < pages.Count; page++)
        {
            int content = pages[page].Content;
            int frame = pages.IsShared(page) ? shared.Order[next++] : -1;
            if (contents[content].Pages > maxPageSharing && members.TryGetValue(content, out Members? known) && !(frame >= 0 && frames[frame].IsMerged))
            {
                known.Add(frame, frame >= 0 && frames[frame].IsHeld);
            }
        }

        foreach ((int content, Members known) in members)
        {
            ContentFrames of = special.GetValueOrDefault(content);
            special[content] = of with { Chain = known.Play(of.Room, maxPageSharing) };
        }
    }

    /// <summary>What comes of mappings of equal frames.</summary>
    /// <param name="mappings">The frame of each, by numbers from 0, in the order in which ksmd meets them.</param>
    /// <param name="isHeld">Of each frame whether others map it, too.</param>
    /// <param name="room">Mappings that KSM pages take that there are already.</param>
    /// <param name="maxPageSharing">Mappings that one KSM page takes.</param>
    public static ChainOutcome Play(ReadOnlySpan<int> mappings, ReadOnlySpan<bool> isHeld, long room, int maxPageSharing)
    {
        int[] left = new int[isHeld.Length];
        foreach (int frame in mappings)
        {
            left[frame]++;
        }

        (long least, long most) = Kept(left, room, maxPageSharing);
        bool[] isKept = new bool[isHeld.Length];
        bool[] isPlaced = new bool[mappings.Length];
        long taken = maxPageSharing;
        int last = -1;
        for (bool goesOn = true; goesOn;)
        {
            // The unstable tree is empty at the start of every scan.
            goesOn = false;
            int waiting = -1;
            for (int index = 0; index < mappings.Length; index++)
            {
                int frame = mappings[index];
                if (isPlaced[index])
                {
                    continue;
                }

                if (isKept[frame])
                {
                    taken += frame == last ? 1 : 0;
                }
                else if (room > 0)
                {
                    room--;
                    left[frame]--;
                }
                else if (taken < maxPageSharing)
                {
                    taken++;
                    left[frame]--;
                }
                else if (waiting < 0 || mappings[waiting] == frame)
                {
                    waiting = waiting < 0 ? index : waiting;
                    continue;
                }
                else
                {
                    isKept[frame] = true;
                    last = frame;
                    taken = 2;
                    left[mappings[waiting]]--;
                    isPlaced[waiting] = true;
                    waiting = -1;
                }

                isPlaced[index] = true;
                goesOn = true;
            }
        }

        long freed = 0;
        for (int frame = 0; frame < left.Length; frame++)
        {
            freed += left[frame] == 0 && !isHeld[frame] ? 1 : 0;
        }

        return new ChainOutcome(least, most, freed);
    }

    /// <summary>How many frames ksmd keeps of equal ones, in whatever order it meets their mappings.</summary>
    /// <param name="mappings">How many mappings each frame has.</param>
    /// <param name="room">Mappings that KSM pages take that there are already.</param>
    /// <param name="maxPageSharing">Mappings that one KSM page takes.</param>
    internal static (long Least, long Most) Kept(ReadOnlySpan<int> mappings, long room, int maxPageSharing)
    {
        int[] largest = mappings.ToArray();
        Array.Sort(largest);
        long rest = largest.Sum(count => (long)count) - room;
        if (rest <= 0)
        {
            return (0, 0);
        }

        // Those with the most mappings, and each with as many others as go in.
        long most = Math.Min(largest.Length, MostKept(rest, maxPageSharing));
        long least = 0;
        for (int index = largest.Length - 1; index >= 0 && rest > 0; index--)
        {
            rest -= largest[index] + (long)maxPageSharing - 1;
            least++;
        }

        return (least, most);
    }

    /// <summary>Only the last KSM page may have room left.</summary>
    internal static long MostKept(long mappings, int maxPageSharing) => ((mappings - 1) / maxPageSharing) + 1;

    // Where all mappings fit into one more KSM page, one frame is kept.
    private static bool Passes(ContentCount content, ContentFrames special, int maxPageSharing) =>
        content.Frames - special.Merged > 1 && special.Unknown == 0 && special.Unused == 0 && content.Pages - special.MergedPages - special.Room > maxPageSharing;

    private sealed class Members
    {
        private readonly Dictionary<int, int> _places = [];
        private readonly List<int> _mappings = [];
        private readonly List<bool> _isHeld = [];

        public void Add(int frame, bool isHeld)
        {
            if (frame < 0 || !_places.TryGetValue(frame, out int place))
            {
                place = _isHeld.Count;
                _isHeld.Add(isHeld);
                if (frame >= 0)
                {
                    _places[frame] = place;
                }
            }

            _mappings.Add(place);
        }

        public ChainOutcome Play(long room, int maxPageSharing) =>
            StableChains.Play(CollectionsMarshal.AsSpan(_mappings), CollectionsMarshal.AsSpan(_isHeld), room, maxPageSharing);
    }
}
