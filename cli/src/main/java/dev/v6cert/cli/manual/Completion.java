package dev.v6cert.cli.manual;

import dev.v6cert.cli.command.Description;
import dev.v6cert.cli.command.GlobalSettings;
import dev.v6cert.cli.setting.Setting;
import java.util.ArrayList;
import java.util.List;

/** Scripts that teach a shell the commands and their options. */
public enum Completion {
  /** For bash(1), with or without the package bash-completion. */
  BASH("v6cert") {
    @Override
    public String script(List<Description> commands) {
      StringBuilder cases = new StringBuilder();
      for (Description command : commands) {
        cases.append("    ").append(command.name()).append(") words='");
        cases.append(String.join(" ", flags(command))).append("' ;;\n");
      }
      return """
      # bash completion for v6cert
      _v6cert() {
        local word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} command='' words i
        for ((i = 1; i < COMP_CWORD; i++)); do
          [[ ${COMP_WORDS[i]} == -* ]] || { command=${COMP_WORDS[i]}; break; }
        done
        if [[ $word == = ]]; then word=''; elif [[ $option == = ]]; then option=${COMP_WORDS[COMP_CWORD - 2]}; fi
        case $option in
      %s  esac
        case $command in
          '') words='%s' ;;
          help) words='%s' ;;
      %s    *) words='' ;;
        esac
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
      }
      complete -F _v6cert v6cert
      """
          .formatted(
              bashValues(commands),
              String.join(" ", names(commands)) + " help --help --version",
              String.join(" ", names(commands)),
              cases);
    }

    private String bashValues(List<Description> commands) {
      StringBuilder cases = new StringBuilder();
      for (Setting<?> setting : valued(commands)) {
        cases.append("    ").append(setting.flag()).append(") ");
        if (isFile(setting)) {
          cases.append("mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); return ;;\n");
        } else {
          String values = String.join(" ", choices(setting));
          cases
              .append("mapfile -t COMPREPLY < <(compgen -W '")
              .append(values)
              .append("' -- \"$word\"); return ;;\n");
        }
      }
      return cases.toString();
    }
  },

  /** For zsh(1): as {@code _v6cert} in a directory of {@code $fpath}. */
  ZSH("_v6cert") {
    @Override
    public String script(List<Description> commands) {
      StringBuilder text = new StringBuilder("#compdef v6cert\n_v6cert() {\n  local -a commands\n");
      text.append("  commands=(\n");
      for (Description command : commands) {
        text.append("    ").append(quoted(command.name() + ":" + command.summary())).append('\n');
      }
      text.append("    'help:The help of a command'\n  )\n");
      text.append("  if (( CURRENT == 2 )); then\n    _describe command commands\n");
      text.append("    _arguments '--help' '--version'\n    return\n  fi\n");
      text.append("  case $words[2] in\n    help) _describe command commands ;;\n");
      for (Description command : commands) {
        text.append("    ").append(command.name()).append(")\n      _arguments");
        for (Setting<?> setting : settings(command)) {
          text.append(" \\\n        ").append(quoted(zshOption(setting)));
        }
        text.append(" \\\n        '(-h --help)'{-h,--help}'[show this help]'");
        if (command.argument().isPresent()) {
          text.append(" \\\n        ")
              .append(quoted("::" + command.argument().get().label() + ":"));
        }
        text.append("\n      ;;\n");
      }
      return text.append("  esac\n}\n_v6cert \"$@\"\n").toString();
    }

    private String zshOption(Setting<?> setting) {
      String many = setting.kind() == Setting.Kind.MANY ? "*" : "";
      String help = setting.help().replace("[", "(").replace("]", ")").replace(":", "\\:");
      if (setting.kind() == Setting.Kind.SWITCH) {
        return setting.flag() + "[" + help + "]";
      }
      String action = isFile(setting) ? "_files" : "(" + String.join(" ", choices(setting)) + ")";
      String label = setting.label().replace(":", "\\:");
      return many
          + setting.flag()
          + "=["
          + help
          + "]:"
          + label
          + ":"
          + (action.equals("()") ? "" : action);
    }
  },

  /** For fish(1). */
  FISH("v6cert.fish") {
    @Override
    public String script(List<Description> commands) {
      StringBuilder text =
          new StringBuilder("# fish completion for v6cert\ncomplete -c v6cert -f\n");
      String none = "complete -c v6cert -f -n __fish_use_subcommand -a ";
      for (Description command : commands) {
        text.append(none).append(command.name());
        text.append(" -d ").append(quoted(command.summary())).append('\n');
      }
      text.append(none).append("help -d 'The help of a command'\n");
      text.append("complete -c v6cert -f -n '__fish_seen_subcommand_from help' -a '");
      text.append(String.join(" ", names(commands))).append("'\n");
      for (Description command : commands) {
        for (Setting<?> setting : settings(command)) {
          text.append("complete -c v6cert -n '__fish_seen_subcommand_from ");
          text.append(command.name()).append("' -l ").append(setting.flag().substring(2));
          if (setting.kind() != Setting.Kind.SWITCH) {
            text.append(isFile(setting) ? " -r -F" : " -x");
            if (!choices(setting).isEmpty()) {
              text.append(" -a '").append(String.join(" ", choices(setting))).append('\'');
            }
          }
          text.append(" -d ").append(quoted(setting.help())).append('\n');
        }
      }
      return text.toString();
    }
  };

  private final String fileName;

  Completion(String fileName) {
    this.fileName = fileName;
  }

  /** What the script's file is called where the shell looks for it. */
  public String fileName() {
    return fileName;
  }

  /** The script. */
  public abstract String script(List<Description> commands);

  private static List<String> names(List<Description> commands) {
    return commands.stream().map(Description::name).toList();
  }

  private static List<Setting<?>> settings(Description command) {
    List<Setting<?>> settings = new ArrayList<>(command.settings());
    settings.addAll(GlobalSettings.ALL);
    return settings;
  }

  private static List<String> flags(Description command) {
    List<String> flags = new ArrayList<>();
    settings(command).forEach(setting -> flags.add(setting.flag()));
    flags.add("--help");
    return flags;
  }

  /** The options with a value, each flag once. */
  private static List<Setting<?>> valued(List<Description> commands) {
    List<Setting<?>> valued = new ArrayList<>();
    for (Description command : commands) {
      for (Setting<?> setting : settings(command)) {
        if (setting.kind() != Setting.Kind.SWITCH
            && valued.stream().noneMatch(known -> known.flag().equals(setting.flag()))) {
          valued.add(setting);
        }
      }
    }
    return valued;
  }

  /** The values that the label lists, as {@code auto|nio|batched} does. */
  private static List<String> choices(Setting<?> setting) {
    return setting.label().contains("|") ? List.of(setting.label().split("\\|", -1)) : List.of();
  }

  private static boolean isFile(Setting<?> setting) {
    return List.of("FILE", "DIR", "PEM", "OUT").contains(setting.label());
  }

  /** As one word of a shell; fish and the others agree on single quotes without backslashes. */
  private static String quoted(String text) {
    return "'" + text.replace("'", "’") + "'";
  }
}
