using CostSociety.Peers;

return PeersCommand.Create().Parse(args).Invoke();
