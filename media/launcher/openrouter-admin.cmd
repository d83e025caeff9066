@set "NoDefaultCurrentDirectoryInExePath=1"
@echo off
rem Starts the MCP server of the newest installed version of OpenRouter Admin. Installed by the VS Code extension.
rem revision 2
setlocal DisableDelayedExpansion
"%SystemRoot%\System32\chcp.com" 65001 >nul 2>nul
set "ELECTRON_RUN_AS_NODE=1"

rem The runtimes of the windows that were recorded last, the newest first.
for /f "delims=" %%F in ('dir /b /o-d "%~dp0..\installed\*.txt" 2^>nul') do (
  set "RUNTIME="
  set /p RUNTIME=<"%~dp0..\installed\%%F"
  call :isNewEnough && goto run
)
for /f "delims=" %%N in ('%SystemRoot%\System32\where.exe $PATH:node 2^>nul') do (
  set "RUNTIME=%%N"
  call :isNewEnough && goto run
)
set "RUNTIME=%LOCALAPPDATA%\Programs\Microsoft VS Code\Code.exe"
call :isNewEnough && goto run
set "RUNTIME=%ProgramFiles%\Microsoft VS Code\Code.exe"
call :isNewEnough && goto run
echo OpenRouter Admin: no runtime was found. Open VS Code with the OpenRouter Admin extension once, or install Node.js 22 or newer. >&2
exit /b 1

:isNewEnough
if not defined RUNTIME exit /b 1
if not exist "%RUNTIME%" exit /b 1
"%RUNTIME%" -e "process.exit(parseInt(process.versions.node) < 22 ? 1 : 0)" <nul >nul 2>nul
exit /b %ERRORLEVEL%

:run
"%RUNTIME%" "%~dp0launcher.mjs" %*
exit /b %ERRORLEVEL%
