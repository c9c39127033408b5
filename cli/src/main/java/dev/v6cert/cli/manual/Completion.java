package dev.v6cert.cli.manual;

import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.ValueCompletion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Scripts that teach a shell the commands, their options and the values of both. The names of
 * lineages are asked for with {@code v6cert completion lineages}, at the moment they are needed.
 */
public enum Completion {
  /** For bash(1), with or without the package bash-completion. */
  BASH("v6cert") {
    @Override
    public String script(List<CommandSpec> commands) {
      StringBuilder options = new StringBuilder();
      StringBuilder arguments = new StringBuilder();
      for (CommandSpec command : commands) {
        options.append("      ").append(command.name()).append(") words='");
        options.append(String.join(" ", flags(command))).append("' ;;\n");
        offer(command)
            .filter(offer -> !(offer instanceof ValueCompletion.Nothing))
            .ifPresent(offer ->
                arguments
                    .append("      ")
                    .append(command.name())
                    .append(") ")
                    .append(reply(offer))
                    .append(" ;;\n"));
      }
      return BASH_SCRIPT.formatted(
          String.join(" | ", valuedFlags(commands)),
          values(commands),
          String.join(" ", globalFlags()) + " --version",
          options,
          String.join(" ", names(commands)) + " help",
          arguments);
    }

    private String values(List<CommandSpec> commands) {
      StringBuilder cases = new StringBuilder();
      for (Setting<?> setting : valued(commands)) {
        cases.append("    ").append(setting.flag()).append(") ");
        cases.append(reply(setting.offer())).append("; return ;;\n");
      }
      return cases.toString();
    }

    private static String reply(ValueCompletion offer) {
      return switch (offer) {
        case ValueCompletion.Nothing _ -> "COMPREPLY=()";
        case ValueCompletion.Paths _ ->
            "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$word\")";
        case ValueCompletion.Lineages _ ->
            "mapfile -t COMPREPLY < <(compgen -W \"$(_v6cert_lineages)\" -- \"$word\")";
        case ValueCompletion.Words(var words) ->
            "mapfile -t COMPREPLY < <(compgen -W '" + String.join(" ", words) + "' -- \"$word\")";
      };
    }
  },

  /** For zsh(1): as {@code _v6cert} in a directory of {@code $fpath}. */
  ZSH("_v6cert") {
    @Override
    public String script(List<CommandSpec> commands) {
      StringBuilder described = new StringBuilder();
      StringBuilder global = new StringBuilder();
      StringBuilder cases = new StringBuilder();
      for (CommandSpec command : commands) {
        described.append("    ");
        described.append(quoted(command.name() + ":" + command.summary())).append('\n');
        cases.append("    ").append(command.name()).append(")\n      _arguments");
        for (Setting<?> setting : settings(command)) {
          cases.append(" \\\n        ").append(quoted(option(setting)));
        }
        cases.append(" \\\n        '(-h --help)'{-h,--help}'[show this help]'");
        command
            .argument()
            .ifPresent(argument ->
                cases
                    .append(" \\\n        ")
                    .append(
                        quoted(
                            place(argument)
                                + ":"
                                + argument.label()
                                + ":"
                                + action(argument.offer()))));
        cases.append("\n      ;;\n");
      }
      for (Setting<?> setting : GlobalSettings.ALL) {
        global.append(" \\\n    ").append(quoted(option(setting)));
      }
      return ZSH_SCRIPT.formatted(described, global, cases);
    }

    private static String place(CommandSpec.Argument argument) {
      return argument.count() == CommandSpec.Argument.Count.MANY ? "*" : "1";
    }

    private static String option(Setting<?> setting) {
      String many = setting.kind() == Setting.Kind.MANY ? "*" : "";
      String help = setting.help().replace("[", "(").replace("]", ")").replace(":", "\\:");
      if (setting.kind() == Setting.Kind.SWITCH) {
        return setting.flag() + "[" + help + "]";
      }
      String label = setting.label().replace(":", "\\:");
      return many + setting.flag() + "=[" + help + "]:" + label + ":" + action(setting.offer());
    }

    private static String action(ValueCompletion offer) {
      return switch (offer) {
        case ValueCompletion.Nothing _ -> "";
        case ValueCompletion.Paths _ -> "_files";
        case ValueCompletion.Lineages _ -> "_v6cert_lineages";
        case ValueCompletion.Words(var words) -> "(" + String.join(" ", words) + ")";
      };
    }
  },

  /** For fish(1). */
  FISH("v6cert.fish") {
    @Override
    public String script(List<CommandSpec> commands) {
      StringBuilder text = new StringBuilder();
      String none = "complete -c v6cert -f -n __v6cert_no_command -a ";
      for (CommandSpec command : commands) {
        text.append(none).append(command.name());
        text.append(" -d ").append(quoted(command.summary())).append('\n');
      }
      text.append(none).append("help -d 'The help of a command'\n");
      for (Setting<?> setting : GlobalSettings.ALL) {
        option(text, "__v6cert_no_command", setting);
      }
      text.append("complete -c v6cert -f -n '__v6cert_is help' -a '");
      text.append(String.join(" ", names(commands))).append("'\n");
      for (CommandSpec command : commands) {
        String condition = "'__v6cert_is " + command.name() + "'";
        for (Setting<?> setting : settings(command)) {
          option(text, condition, setting);
        }
        offer(command)
            .flatMap(offer -> words(offer))
            .ifPresent(words ->
                text.append("complete -c v6cert -n ")
                    .append(condition)
                    .append(" -a '")
                    .append(words)
                    .append("'\n"));
      }
      return FISH_FUNCTIONS.formatted(String.join(" ", valuedFlags(commands))) + text;
    }

    private static void option(StringBuilder text, String condition, Setting<?> setting) {
      text.append("complete -c v6cert -n ").append(condition);
      text.append(" -l ").append(setting.flag().substring(2));
      if (setting.kind() != Setting.Kind.SWITCH) {
        text.append(setting.offer() instanceof ValueCompletion.Paths ? " -r -F" : " -x");
        words(setting.offer()).ifPresent(words -> text.append(" -a '").append(words).append('\''));
      }
      text.append(" -d ").append(quoted(setting.help())).append('\n');
    }

    private static Optional<String> words(ValueCompletion offer) {
      return switch (offer) {
        case ValueCompletion.Nothing _, ValueCompletion.Paths _ -> Optional.empty();
        case ValueCompletion.Lineages _ -> Optional.of("(__v6cert_lineages)");
        case ValueCompletion.Words(var words) -> Optional.of(String.join(" ", words));
      };
    }
  };

  @SuppressWarnings("InlineFormatString") // It is longer than the method that fills it.
  private static final String BASH_SCRIPT =
      """
      # bash completion for v6cert
      _v6cert_lineages() {
        "${COMP_WORDS[0]}" "${state[@]}" completion lineages 2>/dev/null
      }
      _v6cert() {
        local word=${COMP_WORDS[COMP_CWORD]} option command='' words='' i
        local -a state=()
        for ((i = 1; i < COMP_CWORD; i++)); do
          case ${COMP_WORDS[i]} in
            %s)
              option=${COMP_WORDS[i]}
              [[ ${COMP_WORDS[i + 1]} != = ]] || ((i++))
              ((i++))
              [[ $option != --state-dir ]] || state=(--state-dir "${COMP_WORDS[i]}")
              ;;
            -* | =) ;;
            *) [[ -n $command ]] || command=${COMP_WORDS[i]} ;;
          esac
        done
        option=${COMP_WORDS[COMP_CWORD - 1]}
        if [[ $word == = ]]; then word=''; elif [[ $option == = ]]; then option=${COMP_WORDS[COMP_CWORD - 2]}; fi
        case $option in
      %s  esac
        if [[ $word == -* ]]; then
          case $command in
            '') words='%s' ;;
      %s    esac
          mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
          return
        fi
        case $command in
          '' | help) mapfile -t COMPREPLY < <(compgen -W '%s' -- "$word") ;;
      %s    *) COMPREPLY=() ;;
        esac
      }
      complete -F _v6cert v6cert
      """;

  @SuppressWarnings("InlineFormatString") // It is longer than the method that fills it.
  private static final String ZSH_SCRIPT =
      """
      #compdef v6cert
      _v6cert_lineages() {
        local -a state names
        directory=${opt_args[--state-dir]:-$directory}
        [[ -z $directory ]] || state=(--state-dir $directory)
        names=(${(f)"$(_call_program lineages $program $state completion lineages 2>/dev/null)"})
        compadd -a names
      }
      _v6cert() {
        local curcontext=$curcontext context state state_descr line program=$words[1] directory
        local -A opt_args
        local -a commands
        commands=(
      %s    'help:The help of a command'
        )
        _arguments -C%s \\
          '--version[show the version]' '(-h --help)'{-h,--help}'[show the help]' \\
          '1:command:->command' '*::argument:->arguments' && return
        if [[ $state == command ]]; then
          _describe command commands
          return
        fi
        directory=${opt_args[--state-dir]:-}
        case $words[1] in
          help) _describe command commands ;;
      %s  esac
      }
      _v6cert "$@"
      """;

  @SuppressWarnings("InlineFormatString") // It is longer than the method that fills it.
  private static final String FISH_FUNCTIONS =
      """
      # fish completion for v6cert
      function __v6cert_command
        set -l skip 0
        for word in (commandline -opc)[2..-1]
          if test $skip = 1
            set skip 0
            continue
          end
          switch $word
            case %s
              set skip 1
            case '-*'
            case '*'
              echo $word
              return
          end
        end
      end
      function __v6cert_no_command
        __v6cert_is ''
      end
      function __v6cert_is
        set -l command (__v6cert_command)
        test "$command" = "$argv[1]"
      end
      function __v6cert_lineages
        set -l words (commandline -opc)
        set -l state
        if set -l at (contains -i -- --state-dir $words)
          set state --state-dir $words[(math $at + 1)]
        end
        $words[1] $state completion lineages 2>/dev/null
      end
      complete -c v6cert -f
      """;

  private final String fileName;

  Completion(String fileName) {
    this.fileName = fileName;
  }

  /** The name of the script's file where the shell looks for it. */
  public String fileName() {
    return fileName;
  }

  /** The script. */
  public abstract String script(List<CommandSpec> commands);

  private static List<String> names(List<CommandSpec> commands) {
    return commands.stream().map(CommandSpec::name).toList();
  }

  private static List<Setting<?>> settings(CommandSpec command) {
    List<Setting<?>> settings = new ArrayList<>(command.settings());
    for (Setting<?> setting : GlobalSettings.ALL) {
      if (!settings.contains(setting)) {
        settings.add(setting);
      }
    }
    return settings;
  }

  private static List<String> flags(CommandSpec command) {
    List<String> flags = new ArrayList<>();
    settings(command).forEach(setting -> flags.add(setting.flag()));
    flags.add("--help");
    return flags;
  }

  private static List<String> globalFlags() {
    List<String> flags = new ArrayList<>();
    GlobalSettings.ALL.forEach(setting -> flags.add(setting.flag()));
    flags.add("--help");
    return flags;
  }

  private static Optional<ValueCompletion> offer(CommandSpec command) {
    return command.argument().map(CommandSpec.Argument::offer);
  }

  /** The options with a value, each flag once. */
  private static List<Setting<?>> valued(List<CommandSpec> commands) {
    List<Setting<?>> valued = new ArrayList<>();
    for (CommandSpec command : commands) {
      for (Setting<?> setting : settings(command)) {
        if (setting.kind() != Setting.Kind.SWITCH
            && valued.stream().noneMatch(known -> known.flag().equals(setting.flag()))) {
          valued.add(setting);
        }
      }
    }
    return valued;
  }

  private static List<String> valuedFlags(List<CommandSpec> commands) {
    return valued(commands).stream().map(Setting::flag).toList();
  }

  /** As one word of a shell; fish and the others agree on single quotes without backslashes. */
  private static String quoted(String text) {
    return "'" + text.replace("'", "’") + "'";
  }
}
