// cli/completion.h
#pragma once
// Shell completion scripts, made from the commands and options themselves.

#include <string>

namespace CLI {
class App;
}

namespace xinpu::cli {

/// A script for `source <(xinpu completion bash)`. Options whose type name is words joined by '|' complete to
/// these words, DIR to folders, FILE to files.
std::string bashCompletion(const CLI::App& root);

/// The same for zsh: to be sourced after compinit, or saved as `_xinpu` in a folder of $fpath.
std::string zshCompletion(const CLI::App& root);

}  // namespace xinpu::cli
