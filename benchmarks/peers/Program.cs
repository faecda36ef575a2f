using CostSociety.Peers;

var parsed = PeersCommand.Create().Parse(args);
int code = parsed.Invoke();
return parsed.Errors.Count > 0 ? 2 : code;
