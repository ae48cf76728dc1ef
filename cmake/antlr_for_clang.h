// cmake/antlr_for_clang.h
// Included before ANTLR 4.9's headers where clang compiles (the fuzz preset): its Vocabulary is default-constructed, and
// has const members without initialiser, which g++ takes and clang refuses. They get one; nothing else names them.
#pragma once

#define _literalNames _literalNames{}
#define _symbolicNames _symbolicNames{}
#define _displayNames _displayNames{}
#include <antlr4-common.h>
#include <Vocabulary.h>
#undef _literalNames
#undef _symbolicNames
#undef _displayNames
