# A careful script without the module: one compiled expression a line, a stack of open starts per thread and address. Prints seconds.
param([string] $Path)
$watch = [System.Diagnostics.Stopwatch]::StartNew()
$line = [regex]::new('^\s*(?<comm>.+)-(?<tid>\d+)\s+\[(?<cpu>\d+)\]\s+\S*\s+(?<time>\d+\.\d+): rmap_walk_(?<kind>start|end): folio=(?<folio>\S+) rwc=(?<rwc>\S+) page_type=(?<type>\w+)', 'Compiled')
$open = [System.Collections.Generic.Dictionary[string, System.Collections.Generic.Stack[double]]]::new()
$walks = [System.Collections.Generic.List[pscustomobject]]::new()
foreach ($text in [System.IO.File]::ReadLines($Path)) {
    $match = $line.Match($text)
    if (-not $match.Success) { continue }
    $groups = $match.Groups
    $key = $groups['tid'].Value + $groups['folio'].Value + $groups['rwc'].Value
    $stack = $null
    if ($groups['kind'].Value -eq 'start') {
        if (-not $open.TryGetValue($key, [ref] $stack)) { $stack = [System.Collections.Generic.Stack[double]]::new(); $open[$key] = $stack }
        $stack.Push([double] $groups['time'].Value)
    } elseif ($open.TryGetValue($key, [ref] $stack) -and $stack.Count) {
        $start = $stack.Pop()
        $walks.Add([pscustomobject]@{ PageType = $groups['type'].Value; Start = $start; DurationMicroseconds = ([double] $groups['time'].Value - $start) * 1e6 })
    }
}
$walks | Sort-Object DurationMicroseconds | Measure-Object DurationMicroseconds -Average -Maximum | Out-Null
$watch.Elapsed.TotalSeconds
