@echo off
rem Starts v6cert on the Java 25 or newer of JAVA_HOME, else of the path.
setlocal
set "home=%~dp0.."
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"
"%java%" -XX:+UseSerialGC -XX:-UsePerfData -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED "-Dv6cert.program=%~f0" -cp "%home%\lib\v6cert.jar" dev.v6cert.cli.Main %*
exit /b %errorlevel%
