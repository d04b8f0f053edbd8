# Dot-sourced by Checks.Tests.ps1: every check where all is well, with the fault that it is for, and where it has nothing to say.
$slow = (Get-Capture '6.12-native/ksm.trace.txt').FullName
$bounded = (Get-Capture '6.12-native-fixed/ksm.trace.txt').FullName
$anon = (Get-Capture '6.12-native/anon.trace.txt').FullName
$overrun = (Get-Capture 'thp-locked/overrun.trace.txt').FullName
$noRecords = @{ pages_shared = 0; pages_sharing = 0; pages_unshared = 0; pages_volatile = 0; general_profit = 0 }

# Counts are passed, failed and skipped. The rest makes the run: Tree the kernel's files that differ from New-KsmTree's, Without those that
# are not there, Scans what a ksmd in it counts up, Offers a process with mergeable memory; Data, File and Measured the check's parameters.
$checkRuns = @(
    @{ Name = 'profit'; Check = 'KsmProfit.Tests.ps1'; Counts = '1 0 0' }
    @{ Name = 'no profit and no loss'; Check = 'KsmProfit.Tests.ps1'; Tree = $noRecords; Counts = '1 0 0' }
    @{ Name = 'a loss of one byte'; Check = 'KsmProfit.Tests.ps1'; Tree = @{ run = 1; general_profit = -1 }; Counts = '0 1 0'; Message = 'its profit is -1 B\..*Get-KsmProcess.*but got -1' }
    @{ Name = 'less profit than asked for'; Check = 'KsmProfit.Tests.ps1'; Data = @{ MinimumProfit = 100MB }; Counts = '0 1 0'; Message = 'equal to 104857600.*but got 80300000' }
    @{ Name = 'a kernel that counts no profit'; Check = 'KsmProfit.Tests.ps1'; Tree = @{ run = 1 }; Without = 'general_profit'; Counts = '0 0 1'; Message = 'Linux 6\.4' }
    @{ Name = 'a kernel without KSM, its profit'; Check = 'KsmProfit.Tests.ps1'; NoKsm = $true; Counts = '0 0 1'; Message = 'CONFIG_KSM' }

    @{ Name = 'a ksmd that is stopped'; Check = 'KsmProgress.Tests.ps1'; Counts = '0 0 3'; Message = 'Start-Ksm' }
    @{ Name = 'a ksmd that has nothing to do'; Check = 'KsmProgress.Tests.ps1'; Tree = $noRecords + @{ run = 1 }; Counts = '0 0 3'; Message = 'no process has offered its memory' }
    @{ Name = 'a ksmd that scans'; Check = 'KsmProgress.Tests.ps1'; Tree = @{ run = 1 }; Scans = 'full_scans', 'pages_scanned'; Counts = '3 0 0' }
    @{ Name = 'a ksmd that does not scan'; Check = 'KsmProgress.Tests.ps1'; Tree = @{ run = 1 }; Data = @{ WithinSeconds = 1 }; Counts = '1 2 0'; Message = 'in 1 s ksmd is not visible in /proc\. Merging works.*but got 0' }
    @{ Name = 'a ksmd that does not scan and never did'; Check = 'KsmProgress.Tests.ps1'; Tree = $noRecords + @{ run = 1; full_scans = 0 }; Offers = $true; Data = @{ WithinSeconds = 1 }; Counts = '1 2 0'; Message = '0 pages are known' }
    @{ Name = 'a scan that takes hours'; Check = 'KsmProgress.Tests.ps1'; Tree = @{ run = 1; pages_unshared = 1000000000 }; Scans = 'pages_scanned'; Counts = '1 1 1'; Message = 'AdvisorMode ScanTime' }
    @{ Name = 'a ksmd that looks at no page'; Check = 'KsmProgress.Tests.ps1'; Tree = $noRecords + @{ run = 1; pages_to_scan = 0 }; Counts = '0 2 1'; Message = 'pages_to_scan is 0\. Set-KsmConfiguration -PagesToScan 100' }
    @{ Name = 'a ksmd with nothing but zero pages'; Check = 'KsmProgress.Tests.ps1'; Tree = $noRecords + @{ run = 1; ksm_zero_pages = 20000 }; Scans = 'full_scans', 'pages_scanned'; Counts = '3 0 0' }
    @{ Name = 'a scan that takes longer than allowed'; Check = 'KsmProgress.Tests.ps1'; Tree = @{ run = 1 }; Scans = 'pages_scanned'; Data = @{ WithinSeconds = 5 }; Counts = '2 1 0'; Message = 'Set-KsmConfiguration -PagesToScan' }
    @{ Name = 'a kernel without KSM, its progress'; Check = 'KsmProgress.Tests.ps1'; NoKsm = $true; Counts = '0 0 3'; Message = 'CONFIG_KSM' }

    @{ Name = 'the settings of a file (JSON)'; Check = 'KsmConfiguration.Tests.ps1'; File = 'ksm.json'; Counts = '13 0 0' }
    @{ Name = 'the settings of a file (CSV)'; Check = 'KsmConfiguration.Tests.ps1'; File = 'ksm.csv'; Counts = '13 0 0' }
    @{ Name = 'the settings of a file (Clixml)'; Check = 'KsmConfiguration.Tests.ps1'; File = 'ksm.xml'; Counts = '13 0 0' }
    @{ Name = 'a changed number'; Check = 'KsmConfiguration.Tests.ps1'; Tree = @{ pages_to_scan = 321 }; File = 'ksm.json'; Counts = '12 1 0'; Message = 'Expected 100.*Set-KsmConfiguration -PagesToScan 100 sets it, but got 321' }
    @{ Name = 'a switch turned on'; Check = 'KsmConfiguration.Tests.ps1'; Tree = @{ use_zero_pages = 1 }; File = 'ksm.csv'; Counts = '12 1 0'; Message = 'UseZeroPages False sets it' }
    @{ Name = 'a KSM that was started'; Check = 'KsmConfiguration.Tests.ps1'; Tree = @{ run = 1 }; File = 'ksm.xml'; Counts = '12 1 0'; Message = 'Run Stopped sets it, but got Running' }
    @{ Name = 'an advisor, which sets pages_to_scan'; Check = 'KsmConfiguration.Tests.ps1'; Tree = @{ advisor_mode = 'none [scan-time]'; pages_to_scan = 500 }; File = 'ksm.json'; Counts = '11 1 1'; Message = 'AdvisorMode None sets it' }
    @{ Name = 'knobs that the kernel lacks'; Check = 'KsmConfiguration.Tests.ps1'; Without = 'smart_scan', 'use_zero_pages'; File = 'ksm.json'; Counts = '11 0 2'; Message = 'this kernel lacks the knob' }
    @{ Name = 'knobs that the file leaves open'; Check = 'KsmConfiguration.Tests.ps1'; File = 'part.json'; Counts = '2 0 1'; Message = 'leaves it open' }
    @{ Name = 'a name and a value that are none'; Check = 'KsmConfiguration.Tests.ps1'; File = 'wrong.json'; Counts = '0 3 0'; Message = "PagesToScn.*type UInt32.*'many' is none.*type Boolean.*'maybe' is none" }
    @{ Name = 'a file with nothing in it'; Check = 'KsmConfiguration.Tests.ps1'; File = 'empty.json'; Counts = '0 1 0'; Message = 'There is no knob in' }

    @{ Name = 'walks of a kernel that bounds them'; Check = 'RmapWalkLatency.Tests.ps1'; Data = @{ Path = $bounded; MaximumP99 = '1500us' }; Counts = '2 0 0' }
    @{ Name = 'short walks of another page type'; Check = 'RmapWalkLatency.Tests.ps1'; Data = @{ Path = $anon; PageType = 'Anon' }; Counts = '2 0 0' }
    @{ Name = 'walks that take seconds'; Check = 'RmapWalkLatency.Tests.ps1'; Data = @{ Path = $slow }; Counts = '0 2 0'; Message = '99% of the 6 walks.*max_page_sharing.*but got 00:00:01\.72' }
    @{ Name = 'one walk too long'; Check = 'RmapWalkLatency.Tests.ps1'; Data = @{ Path = $bounded; MaximumP99 = '0.5s'; Maximum = [timespan]::FromMilliseconds(1) }; Counts = '1 1 0'; Message = 'none of the 6 walks' }
    @{ Name = 'a p99 too long'; Check = 'RmapWalkLatency.Tests.ps1'; Data = @{ Path = $bounded; Maximum = '1m' }; Counts = '1 1 0'; Message = '99% of the 6 walks' }
    @{ Name = 'two traces and two page types'; Check = 'RmapWalkLatency.Tests.ps1'; Data = @{ Path = $slow, $anon; PageType = 'Ksm', 'Anon' }; Counts = '2 2 0'; Message = '99% of the 6 walks of Ksm' }
    @{ Name = 'no walk of the page type'; Check = 'RmapWalkLatency.Tests.ps1'; Data = @{ Path = $anon }; Counts = '0 2 0'; Message = 'there should be walks of Ksm pages.*-PageType.*but got 0' }
    @{ Name = 'a limit that is no duration'; Check = 'RmapWalkLatency.Tests.ps1'; Data = @{ Path = $anon; Maximum = '5 fortnights' }; Counts = '0 3 0'; Message = "'5 fortnights' is not a duration" }
    @{ Name = 'a trace that is not there'; Check = 'RmapWalkLatency.Tests.ps1'; Data = @{ Path = '/nowhere/trace.dat' }; Counts = '0 3 0'; Message = 'does not exist' }

    @{ Name = 'a trace without losses'; Check = 'RmapLostEvents.Tests.ps1'; Data = @{ Path = $slow }; Counts = '1 0 3'; Message = 'give -Session' }
    @{ Name = 'an overwritten trace'; Check = 'RmapLostEvents.Tests.ps1'; Data = @{ Path = $overrun }; Counts = '0 1 3'; Message = '1 ends are without.*-BufferSize.*but got 828' }
    @{ Name = 'one overwritten trace of two'; Check = 'RmapLostEvents.Tests.ps1'; Data = @{ Path = $slow, $overrun }; Counts = '0 1 3'; Message = 'but got 828' }
    @{ Name = 'statistics without losses'; Check = 'RmapLostEvents.Tests.ps1'; Measured = { Measure-RmapWalk $slow }; Counts = '1 0 3'; Message = 'give -Session' }
    @{ Name = 'statistics of an overwritten trace'; Check = 'RmapLostEvents.Tests.ps1'; Measured = { Measure-RmapWalk $overrun -WarningAction Ignore }; Counts = '0 1 3'; Message = 'but got 828' }
    @{ Name = 'statistics that cannot know'; Check = 'RmapLostEvents.Tests.ps1'; Measured = { Import-RmapTrace $slow -AsWalk | Measure-RmapWalk }; Counts = '0 0 4'; Message = 'measure the trace itself' }

    @{ Name = 'all checks on a machine where KSM is stopped'; Check = '.'; Counts = '1 0 10'; Message = 'give -Path.*Start-Ksm.*give -Session' }
    @{ Name = 'all checks on a kernel without KSM'; Check = '.'; NoKsm = $true; Counts = '0 0 11'; Message = 'CONFIG_KSM' }
)
