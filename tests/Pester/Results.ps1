# Dot-sourced by run.ps1: one record for each test, and for all that kept tests from running.

function New-Result {
    param([string] $File, [string] $Name, [string] $Result, [string] $Message, [timespan] $Duration)

    [pscustomobject] @{ File = $File; Name = $Name; Result = $Result; Message = $Message; Seconds = [math]::Round($Duration.TotalSeconds, 3) }
}

# The name with the blocks around it. Where a test ends before its body, Pester leaves its <templates> as they are.
function Get-FullName {
    param($Item)

    $names = for (; $Item -and -not $Item.IsRoot; $Item = $Item.Parent ?? $Item.Block) {
        $name = $Item.ExpandedName ?? $Item.Name
        $data = $Item.Data
        $expand = {
            param($match)
            $key = $match.Groups[1].Value
            if ($key -eq '_') { "$data" } elseif ($data -is [Collections.IDictionary] -and $data.Contains($key)) { "$($data[$key])" } else { $match.Value }
        }
        [regex]::Replace($name, '<(\w+)>', $expand)
    }
    [array]::Reverse(($names = @($names)))
    $names -join '.'
}

function Get-Message {
    param($Item)

    $lines = foreach ($failure in $Item.ErrorRecord) {
        if ($failure.FullyQualifiedErrorId -eq 'PesterTestSkipped' -and $Item.ErrorRecord.Count -eq 1) {
            "$failure" -replace '^is skipped, because '
        } else {
            $failure.DisplayErrorMessage ?? "$failure"
            $failure.DisplayStackTrace
        }
    }
    $lines -join "`n"
}

function ConvertTo-TestResult {
    param([string] $File, $Test)

    $message = Get-Message $Test
    switch ($Test.Result) {
        'Passed' { New-Result $File (Get-FullName $Test) Passed '' $Test.Duration }
        'Skipped' { New-Result $File (Get-FullName $Test) Skipped ($message ? $message : 'switched off') $Test.Duration }
        'Failed' { New-Result $File (Get-FullName $Test) Failed ($message ? $message : 'It was not run: what comes before it failed.') $Test.Duration }
        # A test that did not run, or does not know, has not passed.
        default { New-Result $File (Get-FullName $Test) Failed "${_}: $message" $Test.Duration }
    }
}

# The blocks whose BeforeAll or AfterAll failed.
function ConvertTo-BlockResult {
    param([string] $File, $Block)

    if ($Block.ErrorRecord) {
        New-Result $File "$(Get-FullName $Block) (BeforeAll or AfterAll)" Failed (Get-Message $Block) $Block.Duration
    }

    foreach ($inner in $Block.Blocks) {
        ConvertTo-BlockResult $File $inner
    }
}

# All of a run of Pester over one file.
function ConvertTo-Result {
    param([string] $File, $Run)

    $results = @(
        foreach ($container in $Run.Containers) {
            if ($container.ErrorRecord) {
                New-Result $File 'the file' Failed (Get-Message $container) $container.Duration
            }

            foreach ($block in $container.Blocks) {
                ConvertTo-BlockResult $File $block
            }
        }

        foreach ($test in $Run.Tests) {
            ConvertTo-TestResult $File $test
        }
    )
    $results
    if (-not $results) {
        New-Result $File 'the file' Failed 'There is no test in it.'
    } elseif ($Run.Result -ne 'Passed' -and $results.Result -notcontains 'Failed') {
        New-Result $File 'the file' Failed "Pester says: $($Run.Result)."
    }
}
