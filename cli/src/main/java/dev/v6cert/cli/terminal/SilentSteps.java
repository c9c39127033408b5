package dev.v6cert.cli.terminal;

/** Steps that nobody sees: {@code --quiet}. */
record SilentSteps() implements Steps {
  @Override
  public void begin(String what) {}

  @Override
  public void note(String remark) {}

  @Override
  public void done(String what) {}

  @Override
  public void fail() {}
}
