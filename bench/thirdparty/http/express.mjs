import { createServer } from "node:http";
import express from "express";

export default (root) => createServer(express().use(express.static(root)));
