@echo off
rem Starts v6cert on the Java 25 or newer of JAVA_HOME, else of the path.
setlocal DisableDelayedExpansion
set "home=%~dp0.."
set "java="
if defined JAVA_HOME (set "java=%JAVA_HOME%\bin\java.exe") else for %%i in (java.exe) do set "java=%%~$PATH:i"
if not exist "%java%" goto none
"%java%" -XX:+UseSerialGC -XX:-UsePerfData -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED "-Dv6cert.program=%~f0" -cp "%home%\lib\v6cert.jar" dev.v6cert.cli.Main %*
exit /b %errorlevel%

:none
echo error: v6cert needs Java 25 or newer>&2
echo   install one, or set JAVA_HOME to it>&2
exit /b 69
