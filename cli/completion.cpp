// cli/completion.cpp
// Walks the tree of commands (two levels deep) and prints it as shell functions.
#include "cli/completion.h"

#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace xinpu::cli {
namespace {

struct OptionWords {
    std::vector<std::string> names;  ///< "-h", "--help"
    std::string description;
    bool takes_value = false;
    std::vector<std::string> choices;  ///< of the value; empty if it is free
    std::string type;                  ///< "DIR", "FILE" …
};

struct CommandWords {
    std::string path;  ///< "xinpu journal tail"
    std::string name;
    std::string description;
    std::vector<OptionWords> options;
    std::vector<std::size_t> children;
    bool takes_files = false;
};

std::vector<std::string> choicesOf(const std::string& type) {
    return type.find('|') == std::string::npos ? std::vector<std::string>{} : CLI::detail::split(type, '|');
}

OptionWords wordsOf(const CLI::Option& option) {
    OptionWords words;
    for (const std::string& name : option.get_snames()) {
        words.names.push_back("-" + name);
    }
    for (const std::string& name : option.get_lnames()) {
        words.names.push_back("--" + name);
    }
    words.description = option.get_description();
    words.takes_value = option.get_expected_min() > 0 && option.get_type_size() != 0;
    words.type = option.get_type_name();
    words.choices = choicesOf(words.type);
    return words;
}

std::size_t collect(const CLI::App& command, const std::string& parent, std::vector<CommandWords>& all) {
    const std::size_t here = all.size();
    CommandWords words;
    words.name = command.get_name();
    words.path = parent.empty() ? words.name : parent + " " + words.name;
    words.description = command.get_description();
    for (const CLI::Option* option : command.get_options({})) {
        if (option->get_positional()) {
            words.takes_files = true;
        } else if (!option->get_group().empty()) {
            words.options.push_back(wordsOf(*option));
        }
    }
    all.push_back(words);
    for (const CLI::App* child : command.get_subcommands([](const CLI::App*) { return true; })) {
        const std::size_t at = collect(*child, words.path, all);
        all[here].children.push_back(at);
    }
    return here;
}

std::vector<CommandWords> collectAll(const CLI::App& root) {
    std::vector<CommandWords> all;
    collect(root, "", all);
    return all;
}

std::string bashValueRule(const CommandWords& command, const OptionWords& option) {
    std::vector<std::string> patterns;
    for (const std::string& name : option.names) {
        patterns.push_back(fmt::format("'{} {}'", command.path, name));
    }
    std::string reply = ":";
    if (!option.choices.empty()) {
        reply = fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$current\"))", fmt::join(option.choices, " "));
    } else if (option.type == "DIR") {
        reply = "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- \"$current\")";
    } else if (option.type == "FILE") {
        reply = "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$current\")";
    }
    return fmt::format("        {}) {}; return ;;\n", fmt::join(patterns, "|"), reply);
}

// Inside single quotes and _arguments' brackets.
std::string zshEscaped(const std::string& text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '\'') {
            escaped += "'\\''";
        } else if (c == '[' || c == ']' || c == ':' || c == '\\') {
            escaped += {'\\', c};
        } else {
            escaped += c;
        }
    }
    return escaped;
}

std::string zshFunction(const CommandWords& command) {
    std::string name = "_" + command.path;
    for (char& c : name) {
        c = c == ' ' || c == '-' ? '_' : c;
    }
    return name;
}

std::string zshOption(const OptionWords& option) {
    std::string value;
    if (option.takes_value) {
        const std::string action = !option.choices.empty()
                                       ? fmt::format("({})", fmt::join(option.choices, " "))
                                   : option.type == "DIR"  ? "_directories"
                                   : option.type == "FILE" ? "_files"
                                                           : " ";
        value = fmt::format(":{}:{}", zshEscaped(option.type), action);
    }
    std::string lines;
    for (const std::string& name : option.names) {
        // "--data=" lets zsh accept both `--data DIR` and `--data=DIR`.
        const std::string equals = option.takes_value && name.starts_with("--") ? "=" : "";
        lines +=
            fmt::format("        '{}{}[{}]{}' \\\n", name, equals, zshEscaped(option.description), value);
    }
    return lines;
}

}  // namespace

std::string bashCompletion(const CLI::App& root) {
    const std::vector<CommandWords> all = collectAll(root);
    std::vector<std::string> paths;
    std::string values;
    std::string words;
    for (const CommandWords& command : all) {
        std::vector<std::string> options;
        for (const OptionWords& option : command.options) {
            options.insert(options.end(), option.names.begin(), option.names.end());
            if (option.takes_value) {
                values += bashValueRule(command, option);
            }
        }
        std::vector<std::string> children;
        for (const std::size_t child : command.children) {
            children.push_back(all[child].name);
            paths.push_back(fmt::format("'{}'", all[child].path));
        }
        words += fmt::format("        '{}') options='{}' commands='{}' ;;\n", command.path,
                             fmt::join(options, " "), fmt::join(children, " "));
    }
    return fmt::format(R"(# Completion of xinpu for bash, made by `xinpu completion bash`.
_xinpu() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}
    local path=xinpu options= commands= i
    # bash cuts words at '=': --format=json comes as three words.
    if [[ $current == '=' ]]; then current=
    elif [[ $previous == '=' && COMP_CWORD -ge 2 ]]; then previous=${{COMP_WORDS[COMP_CWORD-2]}}
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "$path ${{COMP_WORDS[i]}}" in
            {}) path="$path ${{COMP_WORDS[i]}}" ;;
        esac
    done
    COMPREPLY=()
    case "$path $previous" in
{}    esac
    case "$path" in
{}    esac
    if [[ $current == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$current"))
    elif [[ -n $commands ]]; then
        COMPREPLY=($(compgen -W "$commands" -- "$current"))
    fi
}}
complete -o default -F _xinpu xinpu
)",
                       fmt::join(paths, "|"), values, words);
}

std::string zshCompletion(const CLI::App& root) {
    const std::vector<CommandWords> all = collectAll(root);
    std::string functions;
    for (const CommandWords& command : all) {
        std::string options;
        for (const OptionWords& option : command.options) {
            options += zshOption(option);
        }
        if (command.children.empty()) {
            functions += fmt::format("{}() {{\n    _arguments \\\n{}        {}\n}}\n", zshFunction(command),
                                     options, command.takes_files ? "'*:FILE:_files'" : "':: :'");
            continue;
        }
        std::string descriptions;
        std::string calls;
        for (const std::size_t child : command.children) {
            descriptions +=
                fmt::format("                '{}:{}'\n", all[child].name, zshEscaped(all[child].description));
            calls += fmt::format("                {}) {} ;;\n", all[child].name, zshFunction(all[child]));
        }
        functions += fmt::format(R"({}() {{
    local context state state_descr line curcontext=$curcontext
    typeset -A opt_args
    _arguments -C \
{}        '1:command:->command' '*::argument:->argument'
    case $state in
        command)
            local -a commands=(
{}            )
            _describe command commands ;;
        argument)
            case $line[1] in
{}            esac ;;
    esac
}}
)",
                                 zshFunction(command), options, descriptions, calls);
    }
    return fmt::format(R"(#compdef xinpu
# Completion of xinpu for zsh, made by `xinpu completion zsh`.
{}
if [[ $funcstack[1] == _xinpu ]]; then _xinpu "$@"; else compdef _xinpu xinpu; fi
)",
                       functions);
}

}  // namespace xinpu::cli
