#!/usr/bin/env node
console.log("hello", require("os").userInfo().username);
