// query/syntax/prediction_memory.cpp
// Counts what ANTLR keeps of its look-ahead, and makes it forget.
#include "query/syntax/prediction_memory.h"

#include "Cypher.h"
#include "query/syntax/lexemes.h"

namespace xinpu::query {
namespace {

constexpr std::size_t kTokensBetweenLooks = 100'000;

template <typename Do>
auto withSimulator(Do&& task) {
    std::vector<Lexeme> none{Lexeme(antlr4::Token::EOF, 0, {}, 0, {})};
    LexemeStream stream(none);
    antlr::Cypher parser(&stream);
    return task(*parser.getInterpreter<antlr4::atn::ParserATNSimulator>());
}

std::size_t statesOf(const antlr4::atn::ParserATNSimulator& simulator) {
    std::size_t states = 0;
    for (const antlr4::dfa::DFA& decision : simulator.decisionToDFA) {
        states += decision.states.size();
    }
    return states;
}

}  // namespace

PredictionMemory& PredictionMemory::shared() {
    static PredictionMemory memory;
    return memory;
}

void PredictionMemory::parsed(std::size_t tokens, std::size_t states_max) {
    if (tokens_.fetch_add(tokens, std::memory_order_relaxed) + tokens < kTokensBetweenLooks) {
        return;
    }
    const std::unique_lock lock(mutex_);
    tokens_.store(0, std::memory_order_relaxed);
    withSimulator([&](antlr4::atn::ParserATNSimulator& simulator) {
        if (statesOf(simulator) > states_max) {
            simulator.clearDFA();
            simulator.getSharedContextCache().clear();
        }
    });
}

std::size_t PredictionMemory::states() {
    const std::unique_lock lock(mutex_);
    return withSimulator([](antlr4::atn::ParserATNSimulator& simulator) { return statesOf(simulator); });
}

}  // namespace xinpu::query
