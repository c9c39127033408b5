package dev.v6cert.cli;

import dev.v6cert.cli.command.ScheduleCommand;
import dev.v6cert.cli.command.ca.TrustCommand;
import dev.v6cert.cli.option.AccountSettings;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.CheckSettings;
import dev.v6cert.cli.option.DnsServerSettings;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.option.HookSettings;
import dev.v6cert.cli.option.HostingSettings;
import dev.v6cert.cli.option.Jitter;
import dev.v6cert.cli.option.LineageSettings;
import dev.v6cert.cli.option.LocalCaSettings;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.option.RecordSettings;
import dev.v6cert.cli.option.UpSettings;
import dev.v6cert.cli.setting.Setting;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Every setting there is; asked only for {@code config} and when a key is not the command's own.
 */
public final class SettingIndex {

  private SettingIndex() {}

  /** Every setting, the global ones first. */
  public static Collection<Setting<?>> all() {
    List<Setting<?>> all = new ArrayList<>(GlobalSettings.ALL);
    all.addAll(NameSettings.ALL);
    all.addAll(CertificateSettings.ALL);
    all.addAll(HookSettings.ALL);
    all.addAll(RecordSettings.ALL);
    all.addAll(AccountSettings.ALL);
    all.addAll(LineageSettings.ALL);
    all.addAll(CheckSettings.ALL);
    all.addAll(Jitter.ALL);
    all.addAll(ScheduleCommand.ALL);
    all.add(ScheduleCommand.SCHEDULE);
    all.addAll(UpSettings.ALL);
    all.addAll(LocalCaSettings.ALL);
    all.addAll(TrustCommand.ALL);
    all.addAll(DnsServerSettings.ALL);
    all.addAll(HostingSettings.ALL);
    all.addAll(HostingSettings.OF_ACCOUNTS);
    return all;
  }
}
