@{
    Severity     = @('Error', 'Warning', 'Information')
    ExcludeRules = @(
        # The cmdlets are compiled; the functions here are private to their script.
        'PSUseShouldProcessForStateChangingFunctions'
        'PSAvoidUsingPositionalParameters'
    )
    Rules        = @{
        PSPlaceOpenBrace           = @{ Enable = $true; OnSameLine = $true }
        PSUseConsistentIndentation = @{ Enable = $true; IndentationSize = 4; Kind = 'space' }
        PSUseConsistentWhitespace  = @{ Enable = $true; IgnoreAssignmentOperatorInsideHashTable = $true }
    }
}
