<#
.SYNOPSIS
Installs wev: finds the executable for this machine, checks its SHA-256 and, where `gh` can, who made it,
and puts it into a directory.

.DESCRIPTION
irm https://github.com/x/wev/releases/latest/download/install.ps1 | iex

WEV_VERSION        the version, such as 0.1.0; the latest where it is not set
WEV_DOWNLOAD_BASE  where the releases are, by HTTPS; GitHub where it is not set
WEV_TARGET         the machine, such as x86_64-pc-windows-msvc; found out where it is not set

.PARAMETER Directory
Where wev is put: .local\bin in the home directory where it is not named.
#>
param([string]$Directory = (Join-Path $HOME '.local/bin'))

# In a function of its own: a download that breaks off runs nothing, and `iex` keeps its settings.
function Install-Wev([string]$Directory) {
    $ErrorActionPreference = 'Stop'
    $ProgressPreference = 'SilentlyContinue'
    $targets = @(
        'x86_64-unknown-linux-gnu', 'aarch64-unknown-linux-gnu',
        'x86_64-apple-darwin', 'aarch64-apple-darwin',
        'x86_64-pc-windows-msvc', 'aarch64-pc-windows-msvc'
    )
    $target = if ($env:WEV_TARGET) { $env:WEV_TARGET } else { Get-WevTarget }
    if ($targets -notcontains $target) {
        throw "There is no executable for $target. With Deno, wev runs as: deno run -A jsr:@x/wev"
    }
    $windows = $target -like '*windows*'
    $file = "wev-$target" + $(if ($windows) { '.exe' })
    $name = 'wev' + $(if ($windows) { '.exe' })
    $base = if ($env:WEV_DOWNLOAD_BASE) { $env:WEV_DOWNLOAD_BASE } else { 'https://github.com/x/wev/releases' }
    # From this machine itself by HTTP too.
    if ($base -notmatch '^(https://|http://(127\.0\.0\.1|localhost):[0-9]+(/|$))') {
        throw "WEV_DOWNLOAD_BASE must begin with https://, and is $base"
    }
    # Windows PowerShell may begin with older ones.
    [Net.ServicePointManager]::SecurityProtocol =
        [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
    $url = if (-not $env:WEV_VERSION -or $env:WEV_VERSION -eq 'latest') {
        "$base/latest/download"
    } else {
        "$base/download/v$($env:WEV_VERSION -replace '^v', '')"
    }

    New-Item -ItemType Directory -Force -Path $Directory | Out-Null
    $place = Join-Path $Directory $name
    if (Test-Path -LiteralPath $place -PathType Container) {
        throw "$place is in the way, and is no file: nothing is installed. Move it, or name another directory"
    }
    if (Test-Path -LiteralPath $place) {
        switch (Get-WevKind $place) {
            'python' { throw "$place is Python's wev: nothing is installed. Remove it first: $(Get-WevRemoval $place)" }
            'other' {
                throw "$place is in the way, and is another program: nothing is installed. Move it, or name another directory"
            }
        }
    }
    # In the directory itself, so that the last step is a rename.
    $work = Join-Path $Directory ".wev-install.$([guid]::NewGuid())"
    New-Item -ItemType Directory -Path $work | Out-Null
    try {
        $download = Join-Path $work $file
        $sums = Join-Path $work 'SHA256SUMS'
        Write-Host "wev install: Downloading $url/$file"
        Invoke-WebRequest -UseBasicParsing -Uri "$url/SHA256SUMS" -OutFile $sums
        Invoke-WebRequest -UseBasicParsing -Uri "$url/$file" -OutFile $download
        $wanted = Get-Content $sums | ForEach-Object {
            $sum, $of = $_ -split '\s+\*?', 2
            if ($of -eq $file) { $sum }
        }
        if (-not $wanted) { throw "SHA256SUMS has no line for ${file}: nothing is installed" }
        $found = (Get-FileHash -Algorithm SHA256 $download).Hash.ToLowerInvariant()
        if ($found -ne $wanted) {
            throw "The SHA-256 of $file is $found, and must be ${wanted}: nothing is installed"
        }
        Write-Host "wev install: SHA-256 is right: $found"
        Assert-WevOrigin $download
        if (-not $windows) { chmod 755 $download }
        $shown = & $download --version
        if ($LASTEXITCODE -ne 0) { throw 'The executable does not run on this machine' }
        Move-Item -Force $download $place
        Write-Host "wev install: Installed ${place}: $shown"
    } finally {
        Remove-Item -Recurse -Force $work
    }

    $separator = [IO.Path]::PathSeparator
    Write-OtherWev $place
    if (($env:PATH -split $separator) -contains $Directory) { return }
    if (-not $windows) {
        Write-Host "wev install: To use it, put $Directory on your PATH"
        return
    }
    $path = [Environment]::GetEnvironmentVariable('Path', 'User')
    [Environment]::SetEnvironmentVariable('Path', (@($path, $Directory) -ne '' -join $separator), 'User')
    $env:PATH += "$separator$Directory"
    Write-Host "wev install: Put $Directory on your PATH: terminals that open from now on find wev"
}

# Returns what the file is: wev, python (the wev that pip installs), or other.
function Get-WevKind([string]$File) {
    if (Get-WevPython $File) { return 'python' }
    $shown = try { & $File --version 2>$null } catch { '' }
    if ("$shown" -match '^wev [0-9]') { 'wev' } else { 'other' }
}

# Returns the Python of a script, or of the small program that pip puts before a script.
function Get-WevPython([string]$File) {
    $text = try {
        if ((Get-Item -LiteralPath $File).Length -gt 1000000) { return }
        [Text.Encoding]::GetEncoding(28591).GetString([IO.File]::ReadAllBytes($File))
    } catch {
        # It can't be read, as the system's own stand-ins for programs of the store.
        return
    }
    if ($text -match '#![ "]*([^\r\n"]*python[^\r\n" ]*)') { $Matches[1] }
}

function Get-WevRemoval([string]$File) {
    switch -Regex ("$(Get-WevPython $File)", "$((Get-Item -LiteralPath $File).Target)" -join ' ') {
        '[/\\]pipx[/\\]' { return 'pipx uninstall wev' }
        '[/\\]uv[/\\]tools[/\\]' { return 'uv tool uninstall wev' }
        default { return 'pip uninstall wev wev-awsmfa' }
    }
}

# Tells of each program that a shell finds before the wev at that place.
function Write-OtherWev([string]$Place) {
    foreach ($other in Get-Command wev -All -CommandType Application -ErrorAction SilentlyContinue) {
        if ($other.Source -eq $Place) { return }
        $remedy = switch (Get-WevKind $other.Source) {
            'python' { "(Python's). Remove it: $(Get-WevRemoval $other.Source)" }
            'wev' { '(another copy). Remove it' }
            default { "(another program). Put $(Split-Path $Place) before its directory on your PATH" }
        }
        Write-Host "wev install: A shell finds another wev first, $($other.Source) $remedy"
    }
}

# Fails where GitHub's `gh` is there and logged in, and does not know the file as one that the release
# workflow made; says so where it is not.
function Assert-WevOrigin([string]$File) {
    # What a program says on standard error is no error here: its status tells.
    $ErrorActionPreference = 'Continue'
    $unchecked = if (-not (Get-Command gh -CommandType Application -ErrorAction SilentlyContinue)) {
        'that takes gh, https://cli.github.com'
    } elseif ($(gh attestation verify --help *> $null; $LASTEXITCODE) -ne 0) {
        'this gh is too old, it has no "gh attestation verify"'
    } elseif ($(gh auth token --hostname github.com *> $null; $LASTEXITCODE) -ne 0) {
        'gh is not logged in (gh auth login, or GH_TOKEN)'
    }
    if ($unchecked) {
        Write-Host "wev install: Not checked who made it: $unchecked"
        return
    }
    # Another host of GitHub's software knows nothing of this repository.
    $ghHost = $env:GH_HOST
    try {
        $env:GH_HOST = 'github.com'
        gh attestation verify $File --repo x/wev --signer-workflow x/wev/.github/workflows/release.yml |
            Write-Host
        $status = $LASTEXITCODE
    } finally {
        $env:GH_HOST = $ghHost
    }
    if ($status -ne 0) { throw 'Not known to be made by the release of wev: nothing is installed' }
    Write-Host 'wev install: It was made by the release workflow of x/wev'
}

function Get-WevTarget {
    # Windows PowerShell runs as another machine's on ARM: only the system's variable knows.
    $machine = if ($env:PROCESSOR_ARCHITEW6432) { $env:PROCESSOR_ARCHITEW6432 } else { $env:PROCESSOR_ARCHITECTURE }
    if (-not $machine) {
        $machine = [Runtime.InteropServices.RuntimeInformation]::OSArchitecture.ToString()
    }
    $machine = switch ($machine) {
        { $_ -in 'AMD64', 'X64' } { 'x86_64' }
        'ARM64' { 'aarch64' }
        default { $_ }
    }
    if ($PSVersionTable.PSVersion.Major -lt 6 -or $IsWindows) { return "$machine-pc-windows-msvc" }
    if ($IsMacOS) { return "$machine-apple-darwin" }
    return "$machine-unknown-linux-gnu"
}

Install-Wev $Directory
